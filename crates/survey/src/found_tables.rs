//! What was found in sources and borders as tables: one row for each place, so that a spreadsheet can count again.

use crate::borders::Together;
use crate::coupling::Shown;
use crate::data::{OwnedData, Use};
use crate::found::{BordersFound, DataFound};
use crate::tables::Table;
use crate::twice::Twice;
use serde::Serialize;

/// As the JSON has it.
fn word<T: Serialize>(value: T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn joined(names: &[String]) -> String {
    names.join(" ")
}

/// `data.csv`, each object with its owners, and `data-uses.csv`, each place.
pub(crate) fn data(found: &DataFound) -> [Table; 2] {
    let mut objects = Table::new(
        "data.csv",
        &[
            "entity",
            "kind",
            "writing-areas",
            "reading-areas",
            "writers",
            "readers",
            "writes-without-owner",
            "reads-without-owner",
        ],
    );
    for one in &found.by_owner {
        let owners = |by: &std::collections::BTreeMap<String, Vec<String>>| {
            by.keys().map(String::as_str).collect::<Vec<_>>().join(" ")
        };
        objects.rows.push(vec![
            one.shown.clone(),
            word(one.kind),
            one.writing_areas.to_string(),
            one.reading_areas.to_string(),
            owners(&one.writers),
            owners(&one.readers),
            one.writers_without_owner.len().to_string(),
            one.readers_without_owner.len().to_string(),
        ]);
    }
    let mut uses = Table::new(
        "data-uses.csv",
        &[
            "entity",
            "kind",
            "side",
            "act",
            "file",
            "line",
            "via",
            "written",
            "told-by",
            "confidence",
            "owners",
        ],
    );
    for object in &found.found.objects {
        let owned = found.by_owner.iter().find(|one| one.name == object.name && one.kind == object.kind);
        let sides = [
            ("defines", &object.definitions),
            ("writes", &object.writers),
            ("reads", &object.readers),
            ("calls", &object.callers),
        ];
        for (side, places) in sides {
            for one in places {
                uses.rows.push(vec![
                    object.shown.clone(),
                    word(object.kind),
                    side.to_owned(),
                    word(one.act),
                    one.path.clone(),
                    one.line.to_string(),
                    one.via.join(" "),
                    one.written.clone(),
                    word(one.how),
                    word(one.confidence),
                    owned.map_or_else(String::new, |owned| owners_of(owned, side, one)),
                ]);
            }
        }
    }
    [objects, uses]
}

fn owners_of(owned: &OwnedData, side: &str, one: &Use) -> String {
    let by = match side {
        "writes" => &owned.writers,
        "reads" => &owned.readers,
        _ => return String::new(),
    };
    let owners = by.iter().filter(|(_, files)| files.contains(&one.path));
    owners.map(|(owner, _)| owner.as_str()).collect::<Vec<_>>().join(" ")
}

/// `solutions.csv`, each place at which a problem's solution is declared or imported, and `copies.csv`, each place of
/// near-identical code.
pub(crate) fn duplicates(found: &Twice) -> [Table; 2] {
    let mut solutions = Table::new(
        "solutions.csv",
        &["problem", "solution", "ecosystem", "place", "file", "line", "name", "for", "owners"],
    );
    for capability in &found.solutions.capabilities {
        for solution in &capability.solutions {
            let mut add = |ecosystem: String, place: &str, file: &str, line: u32, rest: [String; 3]| {
                let [name, role, owners] = rest;
                solutions.rows.push(vec![
                    capability.capability.clone(),
                    solution.name.clone(),
                    ecosystem,
                    place.to_owned(),
                    file.to_owned(),
                    line.to_string(),
                    name,
                    role,
                    owners,
                ]);
            };
            for it in &solution.declared {
                let rest = [it.package.clone(), word(it.role), joined(&it.owners)];
                add(word(it.ecosystem), "declared", &it.file, it.line, rest);
            }
            for it in &solution.imported {
                let rest = [it.module.clone(), word(it.kind), joined(&it.owners)];
                add(word(it.ecosystem), "imported", &it.file, it.line, rest);
            }
        }
    }
    let mut copies = Table::new(
        "copies.csv",
        &["group", "kind", "repeated", "similarity", "entity", "first-line", "last-line", "tokens", "owners"],
    );
    for (at, group) in found.copies.groups.iter().enumerate() {
        let similarity = group.pairs.first().map_or(0.0, |pair| pair.similarity);
        for place in &group.places {
            copies.rows.push(vec![
                (at + 1).to_string(),
                word(group.kind),
                group.repeated.to_string(),
                format!("{similarity:.3}"),
                place.file.clone(),
                place.lines.0.to_string(),
                place.lines.1.to_string(),
                place.tokens.to_string(),
                joined(&place.owners),
            ]);
        }
    }
    [solutions, copies]
}

/// `moves.csv`, what lies in a community of somebody else's, and the pairs of layers and of services, each with its newest commits.
pub(crate) fn borders(found: &BordersFound) -> Vec<Table> {
    let mut tables = Vec::new();
    if let Some(ownership) = &found.ownership {
        let mut moves = Table::new(
            "moves.csv",
            &[
                "entity",
                "owners",
                "changes-with",
                "files",
                "of",
                "with-others",
                "with-own",
                "modularity-by-owners",
                "modularity-by-change",
                "n-revs",
                "revs",
            ],
        );
        for one in &ownership.elsewhere {
            moves.rows.push(vec![
                one.folder.clone(),
                joined(&one.owners),
                joined(&one.mostly),
                one.files.len().to_string(),
                one.of.to_string(),
                format!("{:.3}", one.with_others),
                format!("{:.3}", one.with_own),
                format!("{:.4}", ownership.by_owners),
                format!("{:.4}", ownership.by_change),
                one.commits.to_string(),
                revisions(&one.shown_by),
            ]);
        }
        tables.push(moves);
    }
    if let Some(layers) = &found.layers {
        let titles = &["entity", "coupled", "entity-layer", "coupled-layer", "quarters", "of-quarters"];
        let mut table = pairs("layer-coupling.csv", titles);
        for pair in &layers.pairs {
            let first = [
                pair.owners.0.clone(),
                pair.owners.1.clone(),
                pair.layers.0.clone(),
                pair.layers.1.clone(),
                pair.quarters.to_string(),
                pair.of_quarters.to_string(),
            ];
            table.rows.push(row(first.to_vec(), &pair.together, &pair.shown_by));
        }
        tables.push(table);
    }
    let mut table = pairs("service-coupling.csv", &["entity", "coupled", "share-of-smaller", "data"]);
    for pair in &found.services.pairs {
        let shared = found.shared.iter().flatten().filter(|it| it.services == pair.services);
        let data: Vec<String> = shared.map(|it| it.data.clone()).collect();
        let first = [
            pair.services.0.clone(),
            pair.services.1.clone(),
            format!("{:.3}", pair.of_the_smaller),
            joined(&data),
        ];
        table.rows.push(row(first.to_vec(), &pair.together, &pair.shown_by));
    }
    tables.push(table);
    if let Some(shared) = &found.shared {
        let titles = [
            "entity",
            "coupled",
            "data",
            "kind",
            "entity-writes",
            "coupled-writes",
            "entity-at",
            "coupled-at",
        ];
        let mut table = Table::new("service-data.csv", &titles);
        for one in shared {
            let at = |(file, line): &(String, u32)| format!("{file}:{line}");
            table.rows.push(vec![
                one.services.0.clone(),
                one.services.1.clone(),
                one.data.clone(),
                word(one.kind),
                one.writes.0.to_string(),
                one.writes.1.to_string(),
                at(&one.shown_by.0),
                at(&one.shown_by.1),
            ]);
        }
        tables.push(table);
    }
    tables
}

const COUNTS: [&str; 8] =
    ["together", "entity-revs", "coupled-revs", "of", "expected", "lift", "share", "revs"];

fn pairs(file: &'static str, first: &[&str]) -> Table {
    Table::new(file, &[first, &COUNTS].concat())
}

fn row(mut first: Vec<String>, together: &Together, shown: &[Shown]) -> Vec<String> {
    first.extend([
        together.together.to_string(),
        together.left.to_string(),
        together.right.to_string(),
        together.of.to_string(),
        format!("{:.3}", together.expected),
        together.lift.map_or_else(String::new, |lift| format!("{lift:.3}")),
        format!("{:.3}", together.share),
        revisions(shown),
    ]);
    first
}

/// The newest commits behind a number.
fn revisions(shown: &[Shown]) -> String {
    let names: Vec<String> = shown.iter().map(|one| one.commit.clone()).collect();
    joined(&names)
}
