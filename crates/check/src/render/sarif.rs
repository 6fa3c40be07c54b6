//! A report in the Static Analysis Results Interchange Format (SARIF) 2.1.0, which GitHub and others take for alerts that
//! live on from one upload to the next.
//!
//! docs.oasis-open.org/sarif/sarif/v2.1.0

use super::Within;
use crate::document::{fix_text, help_text};
use crate::fingerprint::fingerprints;
use crate::report::{Report, Reported};
use crate::rules::RULES;
use kedge_model::{Place, Severity};
use serde_json::{Value, json};
use std::fmt::Write;

/// The report as one run, indented, without a final newline.
///
/// Ids of rules are their codes, for good. `partialFingerprints` holds `kedge/v1`, which stays when lines move. Silenced
/// findings are results with a suppression and its reason. A fix that is safe to make is there as one.
pub fn sarif(report: &Report, within: Within<'_>) -> String {
    let silenced = report.silenced.iter();
    let every = report.findings.iter().map(|finding| (finding.as_ref(), None));
    let every: Vec<(&Reported, Option<&str>)> =
        every.chain(silenced.map(|it| (it.finding.as_ref(), Some(it.why.as_str())))).collect();
    let names = fingerprints(every.iter().map(|(finding, _)| *finding));
    let results: Vec<Value> =
        every.iter().zip(names).map(|((finding, why), name)| result(finding, *why, &name, within)).collect();
    let notifications: Vec<Value> = report
        .not_run
        .iter()
        .map(|rule| {
            let needs: Vec<&str> = rule.needs.iter().map(|need| need.word()).collect();
            json!({
                "associatedRule": { "id": rule.code },
                "level": "note",
                "message": { "text": format!("{} {} was not run: it needs {}", rule.code, rule.rule, needs.join(" and ")) },
            })
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "kedge",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": RULES.iter().map(|rule| descriptor(&rule.doc)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": notifications }],
            "results": results,
        }],
    });
    // Only strings, numbers and lists go in, so that writing it cannot fail.
    serde_json::to_string_pretty(&log).unwrap_or_else(|_| "{}".into())
}

fn descriptor(rule: &crate::RuleDoc) -> Value {
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": rule.name.replace('-', " ") },
        "fullDescription": { "text": rule.finds },
        "help": { "text": fix_text(rule), "markdown": help_text(rule) },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "tags": [rule.group, "plan"], "since": rule.since },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn result(finding: &Reported, silenced: Option<&str>, fingerprint: &str, within: Within<'_>) -> Value {
    let mut text = finding.message.clone();
    if let Some(fix) = &finding.fix {
        text.push_str("\n\n");
        text.push_str(&fix.advice);
        for line in &fix.lines {
            text.push_str("\n    ");
            text.push_str(line);
        }
    }
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": { "text": text },
        "partialFingerprints": { "kedge/v1": fingerprint },
    });
    let at = |place: &Place| json!({ "artifactLocation": artifact(place, within), "region": region(place) });
    let index = RULES.binary_search_by_key(&finding.code, |rule| rule.doc.code);
    if let Ok(index) = index {
        result["ruleIndex"] = json!(index);
    }
    let mut location = json!({});
    if let Some(place) = &finding.place {
        location["physicalLocation"] = at(place);
    }
    if let Some(about) = &finding.about {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": about }]);
    }
    if location != json!({}) {
        result["locations"] = json!([location]);
    }
    let related: Vec<Value> = finding
        .related
        .iter()
        .enumerate()
        .map(|(id, related)| {
            let mut location = json!({ "id": id, "message": { "text": related.message } });
            if let Some(place) = &related.place {
                location["physicalLocation"] = at(place);
            }
            location
        })
        .collect();
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    if let Some(team) = &finding.team {
        result["properties"] = json!({ "team": team });
    }
    result["suppressions"] = match silenced {
        Some(why) => json!([{ "kind": "inSource", "justification": why }]),
        // An empty list says that it is known not to be suppressed.
        None => json!([]),
    };
    if let (Some(place), Some(fix)) = (&finding.place, &finding.fix)
        && let Some(replacement) = &fix.replacement
    {
        result["fixes"] = json!([{
            "description": { "text": fix.advice },
            "artifactChanges": [{
                "artifactLocation": artifact(place, within),
                "replacements": [{ "deletedRegion": region(place), "insertedContent": { "text": replacement } }],
            }],
        }]);
    }
    result
}

fn artifact(place: &Place, within: Within<'_>) -> Value {
    json!({ "uri": uri(&within.path(&place.file)), "uriBaseId": "%SRCROOT%" })
}

/// Lines and columns; both count from 1, and the end is just past the last.
fn region(place: &Place) -> Value {
    json!({
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    })
}

/// A relative path as a URI reference (RFC 3986): everything but what is unreserved is a per cent code.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
