//! The brief as its readers see it: read by a parser of Markdown that is not ours, and proof against what people write.
#![allow(clippy::unwrap_used)]

use kedge_decide::{Brief, Starts, Weighed, brief};
use kedge_files::{SourceText, read};
use kedge_floor::standing;
use kedge_forecast::{Forecaster, Options};
use kedge_model::{AskId, Date};
use pulldown_cmark::{Event, Options as Markdown, Parser};

const SETTINGS: &str = "name = \"Shop\"\nperson-week = \"4k\"\n[assume]\nshifts = \"0/quarter\"\n";

/// An organisation in which every text that a brief shows is `text`.
fn of(text: &str, answers: &str, as_of: &str) -> Brief {
    let quoted = serde_json::to_string(text).unwrap();
    let plan = format!(
        "team = \"checkout\"\ntitle = {quoted}\nperiod = \"2026-Q4\"\n\
         [outcome.one-tap]\ntitle = {quoted}\nvalue = \"40k/week\"\ndue = 2026-12-10\n\
         [work.wire-up]\nfor = \"one-tap\"\neffort = \"1w, rarely over 2w\"\n\
         [ask.token]\nto = \"payments\"\nwhat = {quoted}\nwhy = {quoted}\narea = {quoted}\nwanted = 2026-11-11\n\
         asked = {{ on = 2026-10-01, how = {quoted} }}\neffort = \"1w\"\ngates = \"wire-up\"\n\
         [[ask.token.fallback]]\nkind = \"away-team\"\nsend = \"mira\"\nwhat = {quoted}\ncreate = \"2w\"\n\
         [[ask.token.fallback]]\nkind = \"hack\"\nwhat = {quoted}\ncreate = \"2w, rarely over 3w\"\n\
         maintain = \"2d/month\"\nmigrate = \"1w\"\nkeeps = \"90%\"\n"
    );
    let team = |id: &str| {
        format!(
            "team = \"{id}\"\ntitle = {quoted}\nkind = \"stream\"\npeople = 2\n[person.mira]\nname = {quoted}\n"
        )
    };
    let file = |path: &str, text: String| SourceText { path: path.into(), text };
    let mut files = vec![
        file("kedge.toml", SETTINGS.into()),
        file("checkout/team.kedge.toml", team("checkout")),
        file("payments/team.kedge.toml", team("payments")),
        file("checkout/plan.kedge.toml", plan),
    ];
    if !answers.is_empty() {
        files.push(file("payments/answers.kedge.toml", format!("team = \"payments\"\n{answers}")));
    }
    let organisation =
        read(files, None).unwrap_or_else(|failed| panic!("{:#?}", failed.findings)).organisation;
    let as_of: Date = as_of.parse().unwrap();
    let forecaster = Forecaster::new(&organisation, Options::on(as_of).with_trials(400, 400));
    let ask: AskId = "checkout/token".parse().unwrap();
    let plan = forecaster.plan(&organisation.ask(&ask).unwrap().plan);
    brief(&forecaster, &standing(&organisation, as_of), plan.as_ref(), &ask).unwrap()
}

/// The blocks that a reader of Markdown sees, without the words in them; and how many lists, headings, links there are.
fn shape(markdown: &str) -> Vec<String> {
    let mut seen = Vec::new();
    for event in Parser::new_ext(markdown, Markdown::all()) {
        match event {
            Event::Text(_) | Event::Code(_) | Event::SoftBreak => {}
            Event::Start(tag) => seen.push(format!("{tag:?}")),
            Event::End(tag) => seen.push(format!("end {tag:?}")),
            other => seen.push(format!("{other:?}")),
        }
    }
    seen
}

#[test]
fn what_people_wrote_cannot_break_out_of_its_place() {
    let plain = shape(&of("words", "", "2026-10-01").markdown);
    assert_eq!(plain.iter().filter(|it| it.starts_with("Heading")).count(), 6);
    for hostile in [
        "title\n\n# A heading of mine\n\n- and a list",
        "</details><script>alert(1)</script>",
        "[click me](javascript:alert(1)) ![](https://tracker.example/pixel.png)",
        "``` \n code that never ends",
        "a ` lone backtick",
        "| a | table |\n|---|---|\n| 1 | 2 |",
        "**bold** <!-- hidden",
        "---\n===",
        "1. one\n2. two",
        "> quoted\n> more",
        "[^1]\n\n[^1]: note",
        "\\",
    ] {
        let brief = of(hostile, "", "2026-10-01");
        assert_eq!(shape(&brief.markdown), plain, "{hostile:?} in\n{}", brief.markdown);
    }
}

#[test]
fn it_says_what_why_by_when_what_a_no_costs_and_what_is_done_instead() {
    let brief = of("words", "", "2026-10-01");
    let Weighed::Against { promise, asker: Some(asker), person_weeks, .. } = &brief.weighed else {
        panic!("{:?}", brief.weighed);
    };
    assert_eq!(promise.to_string(), "2026-11-11");
    // A "no" takes away a tenth of 40k in the 62 weeks to the horizon, and gives the weeks that would have been waited.
    assert!(asker.mean.amount() > 2.0 * asker.error.amount(), "{asker:?}");
    assert!(asker.mean.amount() < 4_000.0 * 62.0, "{asker:?}");
    assert!(person_weeks.mean > 1.0, "{person_weeks:?}");
    assert!(matches!(brief.starts, Starts::On(_)), "{:?}", brief.starts);
    assert!((brief.no.lost.claimed.amount() - 4_000.0).abs() < 1e-6);
    assert_eq!(brief.chain.iter().map(|it| it.kind).collect::<Vec<_>>(), ["away-team", "hack"]);
    for said in [
        "# Words asks Words: words",
        "**Wanted by 11 November 2026.**",
        "Our guess of your effort: 1w.",
        "words, due 10 December 2026",
        "4k of 40k a week (claimed)",
        "“No” is an answer too",
        "words (if words says yes): 2w to make.",
        "it keeps 90% of the value",
        "could come and do it with you",
        "`kedge answer checkout/token committed --by 2026-11-11`",
    ] {
        let plain = brief.markdown.replace("**words**", "words");
        assert!(plain.to_lowercase().contains(&said.to_lowercase()), "{said}\n{}", brief.markdown);
    }
    // It goes where others read it: no chance of anything is in it.
    assert!(!brief.markdown.contains("of 100") && !brief.markdown.contains("cases"), "{}", brief.markdown);
}

#[test]
fn what_is_settled_refused_or_without_a_day_says_so() {
    let said = |says: &str| format!("[[answer.\"checkout/token\"]]\non = 2026-10-02\nsays = \"{says}\"\n");
    assert_eq!(of("words", &said("landed"), "2026-10-03").weighed, Weighed::Settled);
    let refused = of("words", &said("declined"), "2026-10-03");
    assert_eq!((refused.weighed, refused.starts), (Weighed::Refused, Starts::Now));
    let late = of("words", "", "2026-11-12");
    assert_eq!(late.weighed, Weighed::NoDay);
    assert!(late.markdown.contains("committed --by DATE"), "{}", late.markdown);
}
