//! Kubernetes enhancements: one `kep.yaml` each, and `sigs.yaml` for the groups that own them.
//!
//! | in the source | in the draft |
//! | --- | --- |
//! | a SIG, working group or committee of `sigs.yaml` that owns a KEP | a team, with its channel and handles |
//! | a KEP | an outcome of its owning SIG, due with the release of `milestone.stable` where releases are given |
//! | each of alpha, beta, stable with a release, from the KEP's stage on | a work item, after the one before |
//! | an earlier stage | a work item that was done with its release, where releases are given; else a row not taken |
//! | a KEP that is implemented | an outcome that is live since its stable release, where releases are given |
//! | a KEP that is rejected, withdrawn, replaced or deferred | a row not taken: since when is not said |
//! | `participating-sigs` | nothing: that a group takes part does not say that anything is asked of it |
//! | authors, reviewers, approvers | nothing; `origin` leads back |

use crate::draft::Fields;
use crate::names::{Free, TeamNames, plan_name};
use crate::yaml::{at, documents, text, texts};
use crate::{Draft, FileNotTaken, RowNotTaken, SourceFile};
use kedge_model::{Date, Meta, Outcome, OutcomeId, Plan, PlanId, Team, TeamId, TeamKind, Work, WorkId};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What the files do not say and whoever imports may.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The import's name, which its plans get. `kep` where it is empty.
    pub name: String,
    /// The days of releases, by their versions: `v1.35`.
    pub releases: BTreeMap<String, Date>,
}

/// Reads a table of releases: the columns `version` and `date`.
///
/// # Errors
/// In words, when a column is missing or a date is none.
pub fn releases(text: &str) -> Result<BTreeMap<String, Date>, String> {
    let table = crate::table::Table::read(text);
    let (version, date) = (table.columns(&["version"]), table.columns(&["date"]));
    if !version.is_there() || !date.is_there() {
        return Err(format!("a list of releases has the columns `version` and `date`: {}", table.titles()));
    }
    table
        .rows
        .iter()
        .map(|row| {
            let day =
                row.first(&date).parse::<Date>().map_err(|error| format!("line {}: {error}", row.line))?;
            Ok((version_of(row.first(&version)), day))
        })
        .collect()
}

/// `v1.35`, `1.35` and `"1.35.0"` are one release.
fn version_of(text: &str) -> String {
    let plain = text.trim().trim_start_matches(['v', 'V']);
    let mut parts = plain.split('.');
    match (parts.next(), parts.next()) {
        (Some(major), Some(minor)) => format!("v{major}.{minor}"),
        _ => format!("v{plain}"),
    }
}

const STAGES: [&str; 3] = ["alpha", "beta", "stable"];

struct Kep {
    file: String,
    title: String,
    number: String,
    sig: String,
    status: String,
    stage: String,
    milestones: [Option<String>; 3],
}

/// Turns KEPs and the list of groups (which may be empty) into a draft.
pub fn draft(keps: &[SourceFile], sigs: Option<&SourceFile>, options: &Options) -> Draft {
    let mut draft = Draft::default();
    let mut fields = Fields::default();
    let mut read: Vec<Kep> = Vec::new();
    let mut sources: Vec<&SourceFile> = keps.iter().collect();
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    for source in sources {
        match kep(source, &mut fields) {
            Ok(kep) => read.push(kep),
            Err(reason) => draft.files_not_taken.push(FileNotTaken { file: source.path.clone(), reason }),
        }
    }
    read.retain(|kep| {
        let reason = match kep.status.as_str() {
            "provisional" | "implementable" => return true,
            "implemented" if live(kep, options).is_some() => return true,
            "implemented" => {
                "is implemented, and the day of the release of `milestone.stable` is not known: `--releases FILE`"
            }
            "rejected" | "withdrawn" | "replaced" | "deferred" => {
                "is given up or put off, and the file does not say since when"
            }
            _ => "has a status that is not known",
        };
        let shown = format!("{} {} ({})", kep.number, kep.title, kep.status);
        draft.rows_not_taken.push(RowNotTaken::new(&kep.file, 1, &shown, reason));
        false
    });
    let groups = sigs.map(groups).unwrap_or_default();
    let owners: BTreeSet<&str> = read.iter().map(|kep| kep.sig.as_str()).collect();
    let names = TeamNames::with_ids(owners.iter().map(|owner| (*owner, *owner)));
    draft.notes.extend(names.note());
    let mut unlisted = Vec::new();
    for (name, id) in names.iter() {
        let mut team = Team::new(id.clone(), TeamKind::Stream);
        team.meta.origin = Some(format!("kep:{name}"));
        match groups.get(name) {
            Some(group) => {
                team.title = Some(group.title.clone());
                team.channel.clone_from(&group.channel);
                team.handles.clone_from(&group.handles);
                team.meta.see.clone_from(&group.see);
            }
            None => unlisted.push(format!("`{name}`")),
        }
        draft.changes.push(team.into());
    }
    if sigs.is_some() && !unlisted.is_empty() {
        draft.notes.push(format!("Own KEPs and are not in the list of groups: {}.", unlisted.join(", ")));
    }
    let plan = plan_name(if options.name.is_empty() { "kep" } else { &options.name });
    for (name, id) in names.iter() {
        let meta = Meta { origin: Some(format!("kep:{name}/")), ..Meta::default() };
        let id = PlanId::new(id.clone(), plan.clone());
        let title = Some("Enhancements".to_owned());
        draft.changes.push(Plan { title, meta, ..Plan::new(id) }.into());
    }
    let mut free: BTreeMap<TeamId, Free> = BTreeMap::new();
    let mut work = Vec::new();
    for kep in &read {
        let Some(team) = names.get(&kep.sig) else { continue };
        let plan = PlanId::new(team.clone(), plan.clone());
        let words = format!("kep-{}", kep.number);
        let id = OutcomeId::new(team.clone(), free.entry(team.clone()).or_default().take(&words, "kep"));
        for stage in stages(kep, options, &mut draft) {
            let name = format!("{}-{}", id.id(), stage.name);
            let item = WorkId::new(team.clone(), free.entry(team.clone()).or_default().take(&name, "stage"));
            work.push((item, stage, id.clone(), plan.clone(), kep));
        }
        draft.changes.push(
            Outcome {
                title: Some(kep.title.clone()),
                due: release(kep.milestones[2].as_deref(), options),
                live: live(kep, options),
                meta: Meta { origin: Some(format!("kep:{}", kep.file)), ..Meta::default() },
                ..Outcome::new(id, plan)
            }
            .into(),
        );
    }
    let mut before: Option<(WorkId, OutcomeId)> = None;
    for (id, stage, outcome, plan, kep) in work {
        let after = before.take().filter(|(_, earlier)| *earlier == outcome).map(|(id, _)| id);
        before = Some((id.clone(), outcome.clone()));
        let title = format!("{} in {}: {}", stage.name, stage.release, kep.title);
        draft.changes.push(
            Work {
                title: Some(title),
                serves: vec![outcome],
                after: after.into_iter().collect(),
                done: stage.done,
                meta: Meta { origin: Some(format!("kep:{}#{}", kep.file, stage.name)), ..Meta::default() },
                ..Work::new(id, plan)
            }
            .into(),
        );
    }
    draft.fields_not_taken = fields.done();
    draft.rows_not_taken.sort();
    draft.files_not_taken.sort();
    draft
}

fn release(version: Option<&str>, options: &Options) -> Option<Date> {
    options.releases.get(version?).copied()
}

fn live(kep: &Kep, options: &Options) -> Option<Date> {
    let [.., stable] = &kep.milestones;
    (kep.status == "implemented").then(|| release(stable.as_deref(), options)).flatten()
}

struct Stage {
    name: &'static str,
    release: String,
    done: Option<Date>,
}

/// The stages that have a release. What was before the KEP's present stage is done.
fn stages(kep: &Kep, options: &Options, draft: &mut Draft) -> Vec<Stage> {
    let present = STAGES.iter().position(|stage| *stage == kep.stage);
    let mut stages = Vec::new();
    for (at, name) in STAGES.into_iter().enumerate() {
        let Some(version) = kep.milestones.get(at).and_then(Option::as_deref) else { continue };
        let is_done = kep.status == "implemented" || present.is_some_and(|present| at < present);
        let done = release(Some(version), options).filter(|_| is_done);
        if is_done && done.is_none() {
            let shown = format!("{} {}: {name} in {version}", kep.number, kep.title);
            let reason = "is done, and the day of its release is not known: `--releases FILE`";
            draft.rows_not_taken.push(RowNotTaken::new(&kep.file, 1, &shown, reason));
            continue;
        }
        stages.push(Stage { name, release: version.to_owned(), done });
    }
    stages
}

fn kep(source: &SourceFile, fields: &mut Fields) -> Result<Kep, String> {
    let document = documents(&source.text).into_iter().next().ok_or("is empty")?;
    let value = document.value.map_err(|why| format!("is not YAML that can be read: {why}"))?;
    let sig = text(&value, &["owning-sig"]);
    let title = text(&value, &["title"]);
    if sig.is_empty() || title.is_empty() {
        return Err("has no title or no owning SIG".to_owned());
    }
    let stated = text(&value, &["kep-number"]);
    let folder = source.path.rsplit('/').nth(1).unwrap_or("");
    let number = if stated.is_empty() || stated == "0" || stated.eq_ignore_ascii_case("nnnn") {
        folder
    } else {
        &stated
    };
    let milestone = |stage: &str| {
        let version = text(&value, &["milestone", stage]);
        let has_number = version.contains('.') && version.bytes().any(|byte| byte.is_ascii_digit());
        has_number.then(|| version_of(&version))
    };
    for (field, reason) in [
        ("participating-sigs", "that a group takes part does not say that anything is asked of it"),
        ("authors", "a person counts as capacity, and how much of whose time is not said"),
        ("reviewers", "a person counts as capacity, and how much of whose time is not said"),
        ("approvers", "a person counts as capacity, and how much of whose time is not said"),
        ("see-also", "relates, and does not wait"),
        ("feature-gates", "have no place in a plan; `origin` leads back to them"),
    ] {
        if !texts(&value, &[field]).is_empty()
            || matches!(at(&value, &[field]), Value::Array(list) if !list.is_empty())
        {
            fields.add(field, reason);
        }
    }
    if !text(&value, &["latest-milestone"]).is_empty() {
        fields.add("latest-milestone", "the milestones of the stages say it");
    }
    Ok(Kep {
        file: source.path.clone(),
        title,
        number: number.to_owned(),
        sig: sig.to_lowercase(),
        status: text(&value, &["status"]).to_lowercase(),
        stage: text(&value, &["stage"]).to_lowercase(),
        milestones: STAGES.map(milestone),
    })
}

#[derive(Debug, Default)]
struct Group {
    title: String,
    channel: Option<String>,
    handles: Vec<String>,
    see: Vec<String>,
}

/// The groups of `sigs.yaml`, by the names that KEPs use.
fn groups(source: &SourceFile) -> BTreeMap<String, Group> {
    let Some(Ok(value)) = documents(&source.text).into_iter().next().map(|document| document.value) else {
        return BTreeMap::new();
    };
    let mut groups = BTreeMap::new();
    for (key, word) in
        [("sigs", "SIG "), ("workinggroups", "WG "), ("committees", "Committee "), ("usergroups", "UG ")]
    {
        let Value::Array(list) = at(&value, &[key]) else { continue };
        for group in list {
            let name = text(group, &["dir"]);
            if name.is_empty() {
                continue;
            }
            let slack = text(group, &["contact", "slack"]);
            let list = text(group, &["contact", "mailing_list"]);
            let Value::Array(teams) = at(group, &["contact", "teams"]) else {
                groups.insert(name, described(word, group, &slack, &list, Vec::new()));
                continue;
            };
            let handles = teams.iter().map(|team| text(team, &["name"])).filter(|name| !name.is_empty());
            let handles = handles.map(|name| format!("@kubernetes/{name}")).collect();
            groups.insert(name, described(word, group, &slack, &list, handles));
        }
    }
    groups
}

fn described(word: &str, group: &Value, slack: &str, list: &str, handles: Vec<String>) -> Group {
    Group {
        title: format!("{word}{}", text(group, &["name"])),
        channel: (!slack.is_empty()).then(|| format!("#{slack}")),
        handles,
        see: if list.starts_with("https://") { vec![list.to_owned()] } else { Vec::new() },
    }
}
