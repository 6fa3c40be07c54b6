//! Exports are read back by readers that are not ours, whatever people wrote into titles.
#![allow(clippy::unwrap_used)]

mod sample;

use icalendar::{Calendar, CalendarComponent, Component};
use kedge_exchange::export::{Extract, Sourced, View, csv, dot, icalendar as ics, json, markdown, mermaid};
use kedge_model::PlanId;
use proptest::prelude::*;
use sample::{day, extract, figures, id, organisation, team, texts, without_controls};
use std::io::Write as _;
use std::process::{Command, Stdio};

fn rows(text: &str) -> Vec<std::collections::HashMap<String, String>> {
    ::csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_table_gives_back_every_text_and_begins_no_formula(texts in texts()) {
        let organisation = organisation(&texts);
        let extract = extract(&organisation, View::Whole);
        let asks = csv::table(&extract, csv::Table::Asks);
        let read = rows(&asks);
        prop_assert_eq!(read.len(), 2);
        for row in &read {
            prop_assert_eq!(csv::unguarded(&row["what"]), texts[2].clone());
            prop_assert_eq!(csv::unguarded(&row["why"]), texts[3].clone());
            prop_assert!(!row["what"].starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
            for delimiter in [',', ';', '|', '\t', '\n'] {
                for cell in row["what"].split(delimiter) {
                    prop_assert!(!cell.starts_with(['=', '+', '-', '@']), "{:?}", row["what"]);
                }
            }
        }
        for table in [csv::Table::Outcomes, csv::Table::Work] {
            let read = rows(&csv::table(&extract, table));
            prop_assert_eq!(csv::unguarded(&read[0]["title"]), texts[1].clone());
        }
        let read = rows(&csv::table(&extract, csv::Table::Hacks));
        prop_assert_eq!(csv::unguarded(&read[0]["what"]), texts[1].clone());
        prop_assert_eq!(&read[0]["age_days"], "8");
    }

    #[test]
    fn a_calendar_gives_back_every_text_in_lines_of_75_octets(texts in texts()) {
        let organisation = organisation(&texts);
        let text = ics::calendar(&extract(&organisation, team("ours")));
        for line in text.split("\r\n") {
            prop_assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
        }
        let calendar: Calendar = text.parse().map_err(TestCaseError::fail)?;
        let mut summaries: Vec<String> = Vec::new();
        for component in &calendar.components {
            let CalendarComponent::Event(event) = component else { panic!("{component:?}") };
            summaries.push(event.get_summary().unwrap().to_owned());
            prop_assert!(event.get_description().unwrap().contains("As of 2026-10-14."));
        }
        let (title, what) = (without_controls(&texts[1], "\n"), without_controls(&texts[2], "\n"));
        for expected in [
            format!("Due: {title}"),
            format!("Wanted from theirs: {what}"),
            format!("Decide by: {what}"),
            format!("Expires: {title}"),
        ] {
            prop_assert!(summaries.contains(&expected), "{expected:?} is not in {summaries:?}");
        }
    }

    #[test]
    fn a_page_shows_every_text_as_it_was_written(texts in texts()) {
        let organisation = organisation(&texts);
        let text = markdown::page(&extract(&organisation, team("ours")));
        let blanks = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (cells, foreign) = cells(&text);
        prop_assert!(foreign.is_empty(), "{foreign:?} in {text}");
        for expected in [&texts[1], &texts[2]] {
            let shown = blanks(&expected.chars().map(|it| if it.is_control() { ' ' } else { it }).collect::<String>());
            prop_assert!(cells.iter().any(|cell| blanks(cell) == shown), "{shown:?} is not in {cells:?}");
        }
    }
}

/// The texts of all table cells, and everything that the page was not meant to have in it.
fn cells(page: &str) -> (Vec<String>, Vec<String>) {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    let mut cells: Vec<String> = Vec::new();
    let mut foreign = Vec::new();
    for event in Parser::new_ext(page, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::TableCell) => cells.push(String::new()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(cell) = cells.last_mut() {
                    cell.push_str(&text);
                }
            }
            Event::Start(
                Tag::Table(_)
                | Tag::TableHead
                | Tag::TableRow
                | Tag::Paragraph
                | Tag::Heading { .. }
                | Tag::List(None)
                | Tag::Item
                | Tag::Emphasis
                | Tag::Strong,
            )
            | Event::End(_)
            | Event::SoftBreak => {}
            other => foreign.push(format!("{other:?}")),
        }
    }
    (cells, foreign)
}

/// Runs Graphviz; `None` where it is not installed.
fn graphviz(graph: &str) -> Option<String> {
    let mut dot = Command::new("dot")
        .arg("-Tsvg")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    dot.stdin.take().unwrap().write_all(graph.as_bytes()).unwrap();
    let output = dot.wait_with_output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && complaints.is_empty(), "{complaints}\n{graph}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn graphviz_draws_every_name_as_it_was_written() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(24));
    let law = runner.run(&texts(), |texts| {
        let organisation = organisation(&texts);
        let graph = dot::graph(&extract(&organisation, View::Whole));
        let Some(picture) = graphviz(&graph) else {
            println!("skipped: Graphviz is not installed (`dot`)");
            return Ok(());
        };
        let page = scraper::Html::parse_document(&picture);
        let all = |selector: &str| -> Vec<String> {
            let selector = scraper::Selector::parse(selector).unwrap();
            let lines = scraper::Selector::parse("text").unwrap();
            let text = |node: scraper::ElementRef<'_>| {
                node.select(&lines).map(|line| line.text().collect::<String>()).collect::<Vec<_>>().join("\n")
            };
            page.select(&selector).map(text).collect()
        };
        let blanks = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = blanks(&without_controls(&texts[0], " "));
        let nodes = all("g.node");
        prop_assert!(nodes.iter().any(|node| blanks(node) == name), "{name:?} is not in {nodes:?}: {graph}");
        prop_assert_eq!(
            all("g.edge"),
            ["hacked", "bare"].map(str::to_owned).into_iter().rev().collect::<Vec<_>>()
        );
        prop_assert_eq!(picture.matches("stroke-dasharray").count(), 1);
        Ok(())
    });
    law.unwrap();
}

#[test]
fn a_later_export_moves_the_event_it_made() {
    let texts = ["Shop", "One tap", "A flag", "Why"].map(str::to_owned);
    let organisation = organisation(&texts);
    let read = |as_of: &str, decide_by: &str| -> Vec<(String, String, String)> {
        let mut figures = figures();
        for ask in figures.asks.values_mut() {
            ask.decide_by = Some(Sourced::new(day(decide_by), "forecast"));
        }
        let extract = Extract::new(&organisation, day(as_of), team("ours"), figures);
        let calendar: Calendar = ics::calendar(&extract).parse().unwrap();
        let event = |it: &CalendarComponent| {
            let CalendarComponent::Event(event) = it else { panic!() };
            let get = |name: &str| event.property_value(name).unwrap().to_owned();
            (event.get_uid().unwrap().to_owned(), get("DTSTART"), get("SEQUENCE"))
        };
        calendar.components.iter().map(event).collect()
    };
    let (before, after) = (read("2026-10-14", "2026-11-02"), read("2026-10-15", "2026-11-05"));
    let find = |events: &[(String, String, String)], uid: &str| {
        events.iter().find(|it| it.0 == uid).cloned().unwrap_or_else(|| panic!("{uid} is not in {events:?}"))
    };
    let uid = "decide-by/ours/bare@shop.kedge";
    assert_eq!(find(&before, uid).1, "20261102");
    assert_eq!(find(&after, uid).1, "20261105");
    assert!(find(&before, uid).2.parse::<u32>().unwrap() < find(&after, uid).2.parse::<u32>().unwrap());
    assert_eq!(read("2026-10-14", "2026-11-02"), before);
}

/// What a team's askers may know, nobody else is told: in no format, whoever computed the figures.
#[test]
fn odds_are_shown_to_the_two_teams_alone() {
    let texts = ["Shop", "One tap", "A flag", "Why"].map(str::to_owned);
    let organisation = organisation(&texts);
    let every = |view: View| {
        let extract = extract(&organisation, view);
        let mut all: Vec<String> = csv::Table::ALL.map(|table| csv::table(&extract, table)).into();
        all.push(ics::calendar(&extract).replace("\r\n ", ""));
        all.push(markdown::page(&extract));
        all.push(mermaid::flowchart(&extract));
        all.push(dot::graph(&extract));
        all.push(json::envelope(&extract, (), None::<()>).unwrap());
        all.join("\n")
    };
    let is_told = |text: &str| {
        text.contains("odds-of-theirs") || text.contains("0.4375") || text.contains("2026-11-09")
    };
    assert!(!is_told(&every(View::Whole)));
    assert!(is_told(&every(team("ours"))));
    assert!(is_told(&every(team("theirs"))));
    assert!(is_told(&every(View::Plan(PlanId::new(id("ours"), id("plan"))))));
}
