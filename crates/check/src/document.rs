//! The documentation of the rules, as text: for `kedge explain`, and the page of all of them.

use crate::mend::MENDED;
use crate::rule::{EXAMPLES_AS_OF, RuleDoc, Sheet};
use crate::rules::{RULES, explain};
use crate::tried::tried_on;
use kedge_model::Code;
use std::fmt::Write;

/// What `kedge explain` prints of a rule: Markdown that reads well as it is.
pub fn explain_markdown(code: Code) -> Option<String> {
    explain(code).map(|rule| section(rule, "#"))
}

/// The page of all rules, `docs/rules.md`.
pub fn rules_markdown() -> String {
    let mut out = String::from(
        "# Rules\n\n\
         <!-- Generated from crates/check/src/rules: `cargo test -p kedge-check` says when this page is stale and writes it\n     \
         anew with KEDGE_WRITE_DOCS=1. -->\n\n\
         `kedge check` reads plans by these rules. `kedge explain CODE` prints one of them. An *error* is something that\n\
         another team, or the file itself, can stop, and makes the command exit with 1; a *warning* is worth a look; a\n\
         *note* is good to know.\n\n\
         The organisation may set a rule's severity in `kedge.toml`, and any table may silence a rule with a reason, for\n\
         good or until a day. At the top of a plan's file a silence holds for the whole plan. Silenced findings are counted\n\
         and can be listed. What keeps files from being read (K001 to K014) can be neither silenced nor lowered.\n\n\
         ```toml\n\
         [severities]\n\
         K107 = \"note\"                            # off, note, warning or error\n\
         ```\n\n\
         ```toml\n\
         [ask.reusable-token]\n\
         silence = { K106 = { why = \"Ana asked by telephone, the date is lost\", until = 2026-11-30 } }\n\
         ```\n\n",
    );
    let _ = writeln!(
        out,
        "A rule is *untried* while it has fired on no real data: its examples show that it can fire, not that it is of\n\
         use. The data are plans that somebody else wrote for their own ends; Harbour is not among them.\n"
    );
    let _ = writeln!(out, "Every example is looked at as of {EXAMPLES_AS_OF}.\n");
    out.push_str("| code | rule | severity | needs |\n| --- | --- | --- | --- |\n");
    for rule in RULES {
        let rule = &rule.doc;
        let _ = writeln!(
            out,
            "| [{code}](#{anchor}) | {name} | {severity} | {needs} |",
            code = rule.code,
            anchor = format_args!("{}-{}", rule.code.to_string().to_lowercase(), rule.name),
            name = rule.name,
            severity = rule.severity.word(),
            needs = needs(rule),
        );
    }
    let mut group = None;
    for rule in RULES {
        if group != Some(rule.doc.group) {
            group = Some(rule.doc.group);
            let _ = write!(out, "\n## {}\n", rule.doc.group.title());
        }
        out.push('\n');
        out.push_str(&section(&rule.doc, "###"));
    }
    out
}

/// What to do about a rule, in plain text.
pub(crate) fn fix_text(rule: &RuleDoc) -> String {
    format!("{}\n\nWhy: {}\n\nSource: {}", rule.fix.trim(), rule.why.trim(), rule.source.trim())
}

/// The whole section of a rule, as Markdown.
pub(crate) fn help_text(rule: &RuleDoc) -> String {
    section(rule, "#")
}

fn needs(rule: &RuleDoc) -> String {
    rule.needs.iter().map(|need| need.word()).collect::<Vec<_>>().join(", ")
}

fn section(rule: &RuleDoc, heading: &str) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{heading} {} {}\n", rule.code, rule.name);
    let _ = writeln!(
        out,
        "*{severity}; needs {needs}; since {since}; {tried}*\n",
        severity = rule.severity.word(),
        needs = needs(rule),
        since = rule.since,
        tried = match tried_on(rule.code) {
            [] => "untried".to_owned(),
            data => format!("has fired on {}", data.join(" and on ")),
        }
    );
    let _ = writeln!(out, "{}\n", rule.finds.trim());
    let _ = writeln!(out, "**Why.** {}\n", rule.why.trim());
    let _ = writeln!(out, "*Source: {}*\n", rule.source.trim());
    out.push_str("**Fails**\n\n");
    sheets(&mut out, rule.failing);
    let _ = writeln!(out, "**Fix.** {}\n", rule.fix.trim());
    if MENDED.contains(&rule.code) {
        out.push_str("`kedge check --fix` mends it where that is safe.\n\n");
    }
    out.push_str("**Passes**\n\n");
    sheets(&mut out, rule.passing);
    while out.ends_with("\n\n") {
        out.pop();
    }
    out
}

fn sheets(out: &mut String, sheets: &[Sheet]) {
    for sheet in sheets {
        let text = sheet.text.trim_end();
        let _ = match sheet.path {
            "survey.json" => writeln!(out, "What a survey found:\n\n```json\n{text}\n```\n"),
            path => writeln!(out, "```toml\n# {path}\n{text}\n```\n"),
        };
    }
}
