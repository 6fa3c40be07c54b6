//! Which source speaks for which team: each for those it holds, and each team from one place.

use kedge_files::{SourceText, settings_in, speaks_for};
use kedge_model::{Address, FactId, Finding, Fix, Place, Settings, Severity, Subject, TeamId, codes};
use std::collections::BTreeMap;

/// A place that files came from.
pub(crate) struct Origin {
    /// The source's name; `None` for the organisation's own folder.
    pub(crate) name: Option<String>,
    /// The teams it may speak for; any where empty.
    pub(crate) holds: Vec<TeamId>,
    /// Its files, named `SOURCE:PATH`.
    pub(crate) files: Vec<SourceText>,
}

impl Origin {
    fn words(&self) -> String {
        self.name
            .as_ref()
            .map_or_else(|| "the organisation's own folder".into(), |name| format!("source `{name}`"))
    }
}

fn top(file: &str) -> Place {
    Place { file: file.into(), line: 1, column: 1, end_line: 1, end_column: 1 }
}

/// What is wrong with a `kedge.toml` in a source; `None` where it is the pointer of one team's repository.
pub(crate) fn settings_of_source(name: &str, text: &str) -> Option<String> {
    match settings_in(text) {
        Some(Settings { part_of: Some(_), .. }) => None,
        Some(settings) if !settings.sources.is_empty() => Some(format!(
            "source `{name}` gathers sources itself: one `kedge.toml` names them all, or they go in a circle"
        )),
        _ => Some(format!(
            "source `{name}` is an organisation of its own: it has a `kedge.toml` without `part-of`"
        )),
    }
}

/// Takes the pointers of teams' repositories out of the files, and says what speaks for whom it must not.
pub(crate) fn check(origins: &mut [Origin], settings: &Settings, names: &[String]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let error = |place: Place, message: String, fix: &str| {
        Finding::in_file(codes::WRONG_WRITER, Severity::Error, place, message).with_fix(Fix::advice(fix))
    };
    let mut held: BTreeMap<&TeamId, usize> = BTreeMap::new();
    for (at, source) in settings.sources.iter().enumerate() {
        for team in &source.holds {
            if let Some(first) = held.insert(team, at).filter(|first| *first != at) {
                let address = Address::field(FactId::Settings, format!("source[{at}].holds"));
                let (one, other) = (names.get(first), names.get(at));
                let (one, other) = (one.map_or("", String::as_str), other.map_or("", String::as_str));
                let message = format!("`{team}` is held by two sources, `{one}` and `{other}`");
                findings.push(
                    Finding::at(codes::WRONG_WRITER, Severity::Error, address, message)
                        .with_fix(Fix::advice("leave it with the one in which the team writes")),
                );
            }
        }
    }
    let mut from: BTreeMap<TeamId, (usize, Place)> = BTreeMap::new();
    for at in 0..origins.len() {
        let name = origins[at].name.clone();
        if let Some(name) = &name {
            let pointer = format!("{name}:kedge.toml");
            if let Some(found) = origins[at].files.iter().position(|file| file.path == pointer) {
                let file = origins[at].files.remove(found);
                if let Some(message) = settings_of_source(name, &file.text) {
                    let fix = "take `kedge.toml` away there, or write `part-of` in it";
                    findings.push(error(top(&file.path), message, fix));
                }
            }
        }
        let mut told: Vec<TeamId> = Vec::new();
        for file in &origins[at].files {
            let Some((team, place)) = speaks_for(file) else { continue };
            let holds = &origins[at].holds;
            if let Some(name) = &name
                && !holds.is_empty()
                && !holds.contains(&team)
            {
                let message = format!("source `{name}` does not hold `{team}`, and this file speaks for it");
                let fix = format!(
                    "add `{team}` to `holds` of that source in kedge.toml, or take the file away there"
                );
                let mut finding = error(place, message, &fix);
                finding.team = Some(team);
                findings.push(finding);
                continue;
            }
            match from.get(&team) {
                None => {
                    from.insert(team, (at, place));
                }
                Some((first, other)) if *first != at && !told.contains(&team) => {
                    let message = format!(
                        "`{team}` writes in two places: here, in {}, and in {}",
                        origins[at].words(),
                        origins[*first].words()
                    );
                    let mut finding = error(place, message, "keep a team's files in one place");
                    finding.related.push((Subject::Place(other.clone()), "the other place".into()));
                    finding.team = Some(team.clone());
                    findings.push(finding);
                    told.push(team);
                }
                Some(_) => {}
            }
        }
    }
    findings
}
