//! The pages about code, of a survey with all its parts: what people read on them, and where it leads.
#![allow(clippy::unwrap_used)]

mod support;

use kedge_model::{Address, Locate, Organisation, Place, Scope};
use kedge_pages::{self as pages, Frame, Freshness};
use kedge_survey::Survey;
use scraper::{Html, Selector};

struct Nowhere;

impl Locate for Nowhere {
    fn locate(&self, _: &Address) -> Option<Place> {
        None
    }
}

/// The four pages: history, data, duplicates, borders.
fn rendered(surveys: &[Survey]) -> [Html; 4] {
    let nothing = Organisation::build(Scope::Whole, Vec::new()).unwrap();
    let frame = Frame {
        organisation: &nothing,
        as_of: "2026-01-14".parse().unwrap(),
        version: 1,
        freshness: Freshness::Fresh,
        writing: None,
        files: &Nowhere,
        comments: None,
        copies: &[],
    };
    let all = [
        pages::code(&frame, surveys, &std::collections::BTreeSet::new()),
        pages::code_data(&frame, surveys),
        pages::code_duplicates(&frame, surveys),
        pages::code_borders(&frame, surveys),
    ];
    all.map(|page| Html::parse_document(&page.into_string()))
}

fn select(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}

/// The words of a page's sections, a line for each paragraph or row; names of commits are long, and left out.
fn words(page: &Html) -> String {
    let mut lines = Vec::new();
    for element in page.select(&select("main h1, main h2, main h3, main p, main tr")) {
        let text: Vec<&str> = element.text().flat_map(str::split_whitespace).collect();
        let is_name = |word: &&str| word.len() >= 10 && word.chars().all(|it| it.is_ascii_hexdigit());
        let text: Vec<&str> =
            text.into_iter().map(|word| if is_name(&word) { "COMMIT" } else { word }).collect();
        lines.push(text.join(" "));
    }
    lines.join("\n")
}

fn links(page: &Html) -> Vec<String> {
    let anchors = select("main a[href]");
    let all = page.select(&anchors).map(|it| it.value().attr("href").unwrap().to_owned());
    all.filter(|href| href.contains("://")).collect()
}

#[test]
fn each_page_tells_what_was_found_and_opens_it_on_the_code_host() {
    let survey = support::surveyed(Some("git@github.com:acme/post.git"));
    let commit = survey.commit.clone();
    let [history, data, duplicates, borders] = rendered(std::slice::from_ref(&survey));
    insta::assert_snapshot!("history", words(&history));
    insta::assert_snapshot!("data", words(&data));
    insta::assert_snapshot!("duplicates", words(&duplicates));
    insta::assert_snapshot!("borders", words(&borders));
    // Files as they are at the commit, with their lines; odd characters do not end the address.
    let file = |path: &str| format!("https://github.com/acme/post/blob/{commit}/{path}");
    for place in [file("orders/add.py#L2"), file("parcels/send%20it%23.py#L2"), file("db/schema.sql#L1")] {
        assert!(links(&data).contains(&place), "{place}: {:?}", links(&data));
    }
    for place in [file("orders/package.json#L3"), file("orders/wait.js#L5")] {
        assert!(links(&duplicates).contains(&place), "{place}: {:?}", links(&duplicates));
    }
    assert!(links(&borders).contains(&file("orders/labels/size.py")), "{:?}", links(&borders));
    // Commits, on both pages that count them.
    let newest = &survey.coupling.pairs[0].shown_by[0].commit;
    let page = format!("https://github.com/acme/post/commit/{newest}");
    assert!(links(&history).contains(&page) && links(&borders).contains(&page), "{page}");
}

#[test]
fn without_a_code_host_nothing_leads_anywhere() {
    for page in rendered(&[support::surveyed(None)]) {
        assert_eq!(links(&page), Vec::<String>::new());
    }
}
