//! `--fix` on damaged plans: Harbour with quotes and lines missing, silences that do nothing, and damage that is none of
//! `--fix`'s business. The laws are held by what the test did to the texts, not by what `--fix` says of itself.
#![allow(clippy::unwrap_used)]

use kedge_check::{Report, Reported};
use kedge_workspace::{AsOf, Options, Workspace};
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// What can happen to a text.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Damage {
    /// `"3w"` becomes `3w`: any value, or a number with a unit, which is certain to be mendable.
    Quotes { any: bool },
    /// A silence under a header, written in one of [`SILENCES`]; that of a rule which does find something there holds.
    Silence(usize),
    /// A line of `[severities]` for a rule that does not exist.
    Policy,
    /// A comment at a line's end.
    Comment,
    /// The closing quote is gone.
    ClosingQuote,
    /// A key has another name.
    Key,
    /// A line is gone.
    Line,
    /// A line is there twice.
    Twice,
    /// A value means nothing.
    Value,
    /// The lines end as on Windows.
    LineEnds,
}

const SILENCES: [&str; 7] = [
    "silence = { K017 = \"in vain\" }",
    "silence  = { K101 = \"seen\", K018 = \"# in vain\" }",
    "silence = { K999 = \"no such rule\" } # said by hand",
    "silence.K106 = \"in vain\"",
    "silence = { K001 = \"cannot be\", K201 = \"seen\", K017 = \"2 # 3\" }",
    "silence = {\n  K017 = \"in vain\",\n  K302 = \"in vain\",\n}",
    "silence = {\n  K017 = \"in vain\", # the shop is open\n  K018 = \"in vain\",\n}",
];

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        6 => any::<bool>().prop_map(|any| Damage::Quotes { any }),
        6 => (0..SILENCES.len()).prop_map(Damage::Silence),
        1 => Just(Damage::Policy),
        2 => Just(Damage::Comment),
        1 => Just(Damage::ClosingQuote),
        1 => Just(Damage::Key),
        1 => Just(Damage::Line),
        1 => Just(Damage::Twice),
        1 => Just(Damage::Value),
        1 => Just(Damage::LineEnds),
    ]
}

/// A line as it is, and as it would be with its quotes.
#[derive(Clone, Debug)]
struct Line {
    damaged: String,
    quoted: String,
}

impl Line {
    fn new(text: &str) -> Self {
        Self { damaged: text.into(), quoted: text.into() }
    }
}

type Texts = BTreeMap<String, String>;

static HARBOUR: LazyLock<BTreeMap<String, Vec<Line>>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/harbour");
    let loaded = kedge_files::load_folder(&root).unwrap();
    let lines = |path: &str| loaded.sources.text(path).unwrap().lines().map(Line::new).collect();
    loaded.sources.files().map(|path| (path.to_owned(), lines(path))).collect()
});

/// The key and what stands in quotes, where the line is `key = "value"`.
fn quoted_value(line: &str) -> Option<(&str, &str)> {
    let (key, rest) = line.split_once('=')?;
    let value = rest.trim_start().strip_prefix('"')?;
    let (value, behind) = value.split_once('"')?;
    let alone = behind.trim_start().is_empty() || behind.trim_start().starts_with('#');
    (alone && !key.contains(['{', '[', '"']) && !value.is_empty()).then_some((key.trim(), value))
}

/// Whether this is certainly a number with a unit, which means nothing in TOML.
fn is_quantity(value: &str) -> bool {
    let digits = value.trim_start_matches(|c: char| c.is_ascii_digit());
    digits.len() < value.len() && ["w", "d", "k", "%", "k/week", "d/month"].contains(&digits)
}

/// Harbour after these damages: as it is, and as it would be had no quotes gone missing.
fn damaged(damages: &[(Damage, Index, Index)]) -> (Texts, Texts, bool) {
    let mut files = HARBOUR.clone();
    let mut windows: BTreeSet<String> = BTreeSet::new();
    let mut only_mendable = true;
    for (number, (damage, file, at)) in damages.iter().enumerate() {
        let path = match damage {
            Damage::Policy => "kedge.toml".to_owned(),
            _ => file.get(&files.keys().cloned().collect::<Vec<_>>()).clone(),
        };
        let lines = files.get_mut(&path).unwrap();
        let here = |fits: &dyn Fn(&Line) -> bool| -> Option<usize> {
            let all: Vec<usize> = (0..lines.len())
                .filter(|&at| lines[at].damaged == lines[at].quoted && fits(&lines[at]))
                .collect();
            (!all.is_empty()).then(|| *at.get(&all))
        };
        let has_value = |line: &Line| quoted_value(&line.quoted).is_some();
        match damage {
            Damage::Quotes { any } => {
                let certain = |line: &Line| quoted_value(&line.quoted).is_some_and(|(_, it)| is_quantity(it));
                let Some(at) = here(&|line: &Line| certain(line) || (*any && has_value(line))) else {
                    continue;
                };
                let line = &mut lines[at];
                only_mendable &= certain(line);
                line.damaged = line.quoted.replacen('"', "", 2);
            }
            Damage::Silence(form) => {
                let Some(at) = here(&|line: &Line| {
                    // What was given back is no place for a silence: an error, which nothing mends.
                    ["[outcome.", "[work.", "[ask.", "[[ask."].iter().any(|it| line.quoted.starts_with(it))
                        && !line.quoted.contains(".returned]]")
                }) else {
                    continue;
                };
                let table = lines[at + 1..].iter().take_while(|line| !line.quoted.starts_with('['));
                if table.clone().any(|line| line.quoted.contains("silence")) {
                    continue;
                }
                let silence: Vec<Line> = SILENCES[*form].lines().map(Line::new).collect();
                let below = lines.split_off(at + 1);
                lines.extend(silence.into_iter().chain(below));
            }
            Damage::Policy => {
                if lines.iter().any(|line| line.quoted.starts_with("[severities]")) {
                    lines.push(Line::new(&format!("K9{:02} = \"off\"", number + 1)));
                } else {
                    lines.extend(["", "[severities]", "K900 = \"note\""].map(Line::new));
                }
            }
            Damage::Comment => {
                let Some(at) = here(&|line: &Line| !line.quoted.contains('#')) else { continue };
                let text = format!("{} # mark {number}", lines[at].quoted);
                lines[at] = Line::new(&text);
            }
            Damage::LineEnds => {
                windows.insert(path.clone());
            }
            other => {
                let Some(at) = here(&has_value) else { continue };
                only_mendable = false;
                let text = lines[at].quoted.clone();
                let (key, value) = quoted_value(&text).unwrap();
                match other {
                    Damage::ClosingQuote => {
                        let last = text.rfind('"').unwrap();
                        lines[at] = Line::new(&format!("{}{}", &text[..last], &text[last + 1..]));
                    }
                    Damage::Key => lines[at] = Line::new(&text.replacen(key, &format!("{key}-x"), 1)),
                    Damage::Value => lines[at] = Line::new(&text.replacen(value, "3 of 4", 1)),
                    Damage::Twice => lines.insert(at, Line::new(&text)),
                    _ => drop(lines.remove(at)),
                }
            }
        }
    }
    let texts = |of: &dyn Fn(&Line) -> &str| -> Texts {
        files
            .iter()
            .map(|(path, lines)| {
                let end = if windows.contains(path) { "\r\n" } else { "\n" };
                (path.clone(), lines.iter().map(|line| of(line).to_owned() + end).collect())
            })
            .collect()
    };
    (texts(&|line| &line.damaged), texts(&|line| &line.quoted), only_mendable)
}

fn opened(folder: &Path, texts: &Texts) -> Workspace {
    for (path, text) in texts {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let as_of = AsOf::On("2026-10-14".parse().unwrap());
    Workspace::open(folder, Options { as_of, ..Options::default() }).unwrap()
}

/// What is found, without lines, which may move.
fn found(workspace: &Workspace) -> (bool, Vec<String>) {
    let snapshot = workspace.snapshot();
    let told = |report: &Report| {
        let told = |it: &Arc<Reported>| {
            let file = it.place.as_ref().map(|place| place.file.to_string());
            format!("{} {} {:?} {:?}", it.code, it.message, file, it.about)
        };
        let mut told: Vec<String> = report.findings.iter().map(told).collect();
        told.sort();
        told
    };
    match (&snapshot.trouble, &snapshot.answers) {
        (Some(trouble), _) => (false, told(&Report::of_reading(&trouble.findings, &trouble.sources))),
        (None, Some(answers)) => (true, told(answers.structure_report())),
        (None, None) => unreachable!("neither plans nor errors"),
    }
}

/// Those of `after` that are not in `before`, each as often as it is there.
fn come(before: &[String], after: &[String]) -> Vec<String> {
    let mut before = before.to_vec();
    let is_new = |it: &&String| match before.iter().position(|old| old == *it) {
        Some(at) => {
            before.swap_remove(at);
            false
        }
        None => true,
    };
    after.iter().filter(is_new).cloned().collect()
}

/// The comments of a text, in order: from a `#` outside quotes to the line's end.
fn comments(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| {
            let mut inside = false;
            let at = line.char_indices().find(|&(_, it)| {
                inside ^= it == '"';
                it == '#' && !inside
            });
            at.map(|(at, _)| &line[at..])
        })
        .collect()
}

/// The rule that a K020 is about.
fn silenced(finding: &Reported) -> String {
    finding.address.as_ref().unwrap().field.rsplit('.').next().unwrap().to_owned()
}

/// What is left of a line without its texts in quotes and the rules that findings name.
fn rest_of(line: &str, rules: &[String]) -> String {
    let mut rest: String =
        line.split('"').enumerate().filter(|(at, _)| at % 2 == 0).map(|(_, part)| part).collect();
    for rule in rules {
        rest = rest.replace(rule.as_str(), "");
    }
    rest
}

/// Whether a finding asks that this line becomes that one, or goes.
fn asked_for(old: &str, new: Option<&str>, findings: &[&Reported]) -> bool {
    let rules: Vec<String> =
        findings.iter().filter(|it| it.code.to_string() == "K020").map(|it| silenced(it)).collect();
    let names_one = rules.iter().any(|rule| old.contains(rule.as_str()));
    if let Some(new) = new {
        let quoted = findings.iter().filter(|it| it.code.to_string() == "K001").any(|it| {
            let Some(replacement) = it.fix.as_ref().and_then(|fix| fix.replacement.as_deref()) else {
                return false;
            };
            let bare = &replacement[1..replacement.len() - 1];
            old.match_indices(bare)
                .any(|(at, _)| [&old[..at], replacement, &old[at + bare.len()..]].concat() == new)
        });
        // A silence of several rules that has lost some of them.
        let lost = |text: &str| {
            let mut text = text.to_owned();
            for rule in &rules {
                if let Some(at) = text.find(rule.as_str()) {
                    let end =
                        text[at..].match_indices('"').nth(1).map_or(text.len(), |(end, _)| at + end + 1);
                    text.replace_range(at..end, "");
                }
            }
            text.replace([' ', ','], "")
        };
        quoted || (names_one && lost(old) == new.replace([' ', ','], ""))
    } else {
        let rest = rest_of(old, &rules).replace("silence", "").replace("[severities]", "");
        !rules.is_empty() && rest.chars().all(|it| " .={},\t\r\n".contains(it))
    }
}

fn laws(damages: &[(Damage, Index, Index)]) -> Result<(), TestCaseError> {
    let (before, with_quotes, only_mendable) = damaged(damages);
    let [folder, other] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let workspace = opened(folder.path(), &before);
    let (readable, found_before) = found(&workspace);
    let (mended, _) = workspace.mend().unwrap();
    let after: Texts = before
        .keys()
        .map(|path| (path.clone(), fs::read_to_string(folder.path().join(path)).unwrap()))
        .collect();
    let again = opened(folder.path(), &Texts::new());
    let (readable_after, found_after) = found(&again);

    // Nothing comes that was not there before; where plans could not be read, not there with their quotes.
    let known =
        if readable == readable_after { found_before } else { found(&opened(other.path(), &with_quotes)).1 };
    prop_assert_eq!(come(&known, &found_after), [""; 0]);
    // Applied twice, it changes nothing.
    prop_assert!(again.mendable().edits.is_empty(), "{:?}", again.mendable().edits);
    for (path, old) in &before {
        let new = &after[path];
        // Comments stay, and how lines end.
        prop_assert_eq!(comments(old), comments(new), "{}", path);
        let windows = old.contains("\r\n");
        prop_assert_eq!(new.matches("\r\n").count(), if windows { new.matches('\n').count() } else { 0 });
        // Every change was asked for by a finding in that file.
        let findings: Vec<&Reported> = mended
            .findings
            .iter()
            .map(AsRef::as_ref)
            .filter(|it| it.place.as_ref().is_some_and(|place| *place.file == **path))
            .collect();
        // A difference tool would pair lines as it likes where several are the same, so each is asked after in its order.
        let mut new_lines = new.split_inclusive('\n').peekable();
        for old in old.split_inclusive('\n') {
            let stays = |new: &&str| *new == old || asked_for(old, Some(*new), &findings);
            if new_lines.next_if(stays).is_none() {
                prop_assert!(asked_for(old, None, &findings), "{path}: nobody asked to take out: {old}");
            }
        }
        prop_assert_eq!(new_lines.next(), None, "{}: nobody asked to write this", path);
        // What is certain to be mendable is mended.
        if only_mendable {
            let quoted: BTreeSet<&str> = with_quotes[path].lines().collect();
            let left = new.lines().find(|line| !quoted.contains(line) && !line.contains("silence"));
            prop_assert_eq!(left, None, "{}: not mended", path);
        }
    }
    if only_mendable {
        prop_assert!(readable_after);
        let left = again.snapshot().answers.unwrap().structure_report().findings.clone();
        for idle in left.iter().filter(|it| it.code.to_string() == "K020") {
            let place = idle.place.as_ref().unwrap();
            // A silence may go over several lines.
            let mut near = after[&*place.file].lines().skip((place.line as usize).saturating_sub(4)).take(7);
            let beside = near.any(|line| line.contains('#'));
            prop_assert!(beside, "a silence without a comment is left: {:?}", idle);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_plans_are_mended_and_nothing_else_is_touched(
        damages in prop::collection::vec((damage(), any::<Index>(), any::<Index>()), 1..9),
    ) {
        laws(&damages)?;
    }

    #[test]
    fn what_is_certain_to_be_mendable_is_mended(
        damages in prop::collection::vec((
            prop_oneof![Just(Damage::Quotes { any: false }), (0..SILENCES.len()).prop_map(Damage::Silence), Just(Damage::LineEnds)],
            any::<Index>(),
            any::<Index>(),
        ), 1..9),
    ) {
        laws(&damages)?;
    }
}
