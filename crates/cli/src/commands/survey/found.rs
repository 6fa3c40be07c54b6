//! What a survey found in sources and borders, as people read it: worst first, each number with a place, and what is not
//! shown counted.

use super::{LISTED, counted};
use crate::terminal::{Terminal, Tone, print_table, say};
use kedge_survey::borders::{Borders, Layering};
use kedge_survey::coupling::Shown;
use kedge_survey::data::{Confidence, DataObject, OwnedData, Use};
use kedge_survey::twice::solutions::{Capability, Role};
use kedge_survey::twice::{Kind, Twice};
use kedge_survey::{BordersFound, DataFound, Survey, word};

/// So many owners, solutions and places are named in one row.
const IN_A_ROW: usize = 4;

/// All parts that are there.
pub(super) fn print(survey: &Survey, all: bool, terminal: Terminal) {
    if let Some(data) = &survey.data {
        print_data(data, all, terminal);
    }
    if let Some(duplicates) = &survey.duplicates {
        print_solutions(duplicates, all, terminal);
        print_copies(duplicates, all, terminal);
    }
    if let Some(borders) = &survey.borders {
        if let Some(ownership) = &borders.ownership {
            print_ownership(ownership, all, terminal);
        }
        if let Some(layers) = &borders.layers {
            print_layers(layers, all, terminal);
        }
        print_services(borders, all, terminal);
    }
}

fn heading(terminal: Terminal, text: &str) {
    say!("\n{}", terminal.paint(Tone::Strong, text));
}

fn soft(terminal: Terminal, text: &str) {
    say!("{}", terminal.paint(Tone::Soft, text));
}

fn most(all: bool, listed: usize) -> usize {
    if all { usize::MAX } else { listed }
}

/// `; 12 more with --all`, or nothing.
fn more(of: usize, shown: usize) -> String {
    if of > shown { format!(" {} more with --all.", of - shown) } else { String::new() }
}

fn place(one: &Use) -> String {
    let via = one.via.first().map_or_else(String::new, |via| format!(" through {via}"));
    format!("{}:{}{via}", one.path, one.line)
}

fn print_data(data: &DataFound, all: bool, terminal: Terminal) {
    heading(terminal, "Data, and from whose files it is written");
    let owned = &data.by_owner;
    let several: Vec<&OwnedData> = owned.iter().filter(|one| one.writing_areas > 1).collect();
    let listed: Vec<&OwnedData> =
        if all { owned.iter().collect() } else { several.iter().copied().take(LISTED).collect() };
    if listed.is_empty() {
        say!("Nothing is written from more than one area.");
    } else {
        let mut table = terminal.table(&["data", "areas that write", "read", "a write of each"], &[1, 2]);
        for one in &listed {
            table.add_row([
                format!("{}\n{}", one.shown, terminal.paint(Tone::Soft, kind(one))),
                terminal.paint(Tone::Strong, one.writing_areas),
                one.reading_areas.to_string(),
                writers(data, one),
            ]);
        }
        print_table(&table);
    }
    let nobody = owned.iter().filter(|one| one.writing_areas == 0).count();
    let text = format!(
        "{} in {}: {} written from more than one area, {} from one, {nobody} from no area that anybody owns.{}",
        counted(owned.len() as u64, "table, view, topic or queue", "tables, views, topics and queues"),
        counted(u64::from(data.found.files), "file", "files"),
        several.len(),
        owned.len() - several.len() - nobody,
        more(if all { owned.len() } else { several.len() }, listed.len()),
    );
    soft(terminal, &text);
    let writes =
        || data.found.objects.iter().filter(|object| !object.kind.is_routine()).flat_map(|it| &it.writers);
    let of = |confidence: Confidence| writes().filter(|one| one.confidence == confidence).count();
    let text = format!(
        "Of {} {} are sure (statements and definitions), {} likely (in strings and calls of code), {} by convention alone. \
         --show NAME lists every place.",
        counted(writes().count() as u64, "write", "writes"),
        of(Confidence::High),
        of(Confidence::Middle),
        of(Confidence::Low),
    );
    soft(terminal, &text);
    let left_out: Vec<String> = data
        .found
        .left_out
        .iter()
        .map(|(role, left)| {
            format!("{} {}", counted(u64::from(left.files), "file", "files"), role_words(*role))
        })
        .collect();
    if !left_out.is_empty() {
        soft(terminal, &format!("Left out as writers and readers: {}.", left_out.join(", ")));
    }
    if !data.found.too_large.is_empty() || !data.found.missing.is_empty() {
        let text = format!(
            "Not read: {} too large, {} missing in this clone.",
            counted(data.found.too_large.len() as u64, "file", "files"),
            counted(data.found.missing.len() as u64, "file", "files"),
        );
        soft(terminal, &text);
    }
}

fn role_words(role: kedge_survey::data::Role) -> &'static str {
    use kedge_survey::data::Role;
    match role {
        Role::Production => "of production",
        Role::Migration => "of migrations",
        Role::Test => "of tests and examples",
        Role::Vendored => "of others, kept here",
        Role::Generated => "made by programs",
    }
}

fn kind(one: &OwnedData) -> String {
    word(one.kind)
}

fn writers(data: &DataFound, one: &OwnedData) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut owners: Vec<(&String, &Vec<String>)> = one.writers.iter().collect();
    owners.sort_by_key(|(owner, files)| (std::cmp::Reverse(files.len()), *owner));
    for (owner, files) in owners.iter().take(IN_A_ROW) {
        let at = data.write_of(one, owner).map(place).unwrap_or_default();
        lines.push(format!("{owner} {at}{}", of_more(files.len())));
    }
    if owners.len() > IN_A_ROW {
        lines.push(format!("and {} more", owners.len() - IN_A_ROW));
    }
    if !one.writers_without_owner.is_empty() {
        lines.push(format!(
            "nobody's: {}{}",
            one.writers_without_owner[0],
            of_more(one.writers_without_owner.len())
        ));
    }
    lines.join("\n")
}

/// ` and 3 more files`.
fn of_more(files: usize) -> String {
    match files {
        0 | 1 => String::new(),
        files => format!(" and {}", counted(files as u64 - 1, "more file", "more files")),
    }
}

fn print_solutions(found: &Twice, all: bool, terminal: Terminal) {
    heading(terminal, "Problems with more than one answer");
    let capabilities = &found.solutions.capabilities;
    let several = capabilities.iter().filter(|one| one.within_one_ecosystem > 1).count();
    let shown = if all { capabilities.len() } else { several.min(LISTED) };
    if shown == 0 {
        say!("None: no problem has two answers in one language that anybody owns.");
    } else {
        let mut table = terminal.table(&["problem", "answers", "who has which, and where"], &[1]);
        for one in capabilities.iter().take(shown) {
            table.add_row([one.capability.clone(), one.within_one_ecosystem.to_string(), answers(one)]);
        }
        print_table(&table);
    }
    let text = format!(
        "{} known to the table of capabilities in {} and {}; {several} with two answers or more within one language. --show \
         PROBLEM lists every place.{}",
        counted(capabilities.len() as u64, "problem", "problems"),
        counted(found.solutions.manifests as u64, "manifest", "manifests"),
        counted(found.solutions.sources as u64, "source", "sources"),
        more(if all { capabilities.len() } else { several }, shown),
    );
    soft(terminal, &text);
}

fn answers(one: &Capability) -> String {
    let mut lines = Vec::new();
    for solution in one.solutions.iter().filter(|solution| !solution.owners.is_empty()) {
        let declared = solution.declared.iter().find(|it| it.role == Role::Runtime && !it.owners.is_empty());
        let imported = solution.imported.iter().find(|it| it.kind != Kind::Test && !it.owners.is_empty());
        let at = declared
            .map(|it| (&it.file, it.line))
            .or_else(|| imported.map(|it| (&it.file, it.line)))
            .map_or_else(String::new, |(file, line)| format!(", {file}:{line}"));
        lines.push(format!("{}: {}{at}", solution.name, some(&solution.owners)));
    }
    lines.join("\n")
}

/// `a, b, c, d and 2 more`.
fn some(names: &[String]) -> String {
    let shown = names.iter().take(IN_A_ROW).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > IN_A_ROW { format!("{shown} and {} more", names.len() - IN_A_ROW) } else { shown }
}

fn print_copies(found: &Twice, all: bool, terminal: Terminal) {
    heading(terminal, "Nearly the same code on both sides of a border");
    let copies = &found.copies;
    let of = |kind: Kind| copies.groups.iter().filter(|group| group.kind == kind).count();
    let code = of(Kind::Code);
    let shown: Vec<_> = if all {
        copies.groups.iter().collect()
    } else {
        copies.groups.iter().filter(|group| group.kind == Kind::Code).take(LISTED / 2).collect()
    };
    if shown.is_empty() {
        say!("None in what runs.");
    } else {
        let mut table = terminal.table(&["tokens repeated", "alike", "places", "whose"], &[0, 1]);
        for group in &shown {
            let places = |limit: usize| {
                let mut lines: Vec<(String, String)> = group
                    .places
                    .iter()
                    .take(limit)
                    .map(|it| (format!("{}:{}-{}", it.file, it.lines.0, it.lines.1), it.owners.join(", ")))
                    .collect();
                if group.places.len() > limit {
                    lines.push((format!("and {} more places", group.places.len() - limit), String::new()));
                }
                lines
            };
            let alike = group.pairs.first().map_or(0.0, |pair| pair.similarity);
            for (at, (place, owners)) in places(most(all, IN_A_ROW)).into_iter().enumerate() {
                let first = |text: String| if at == 0 { text } else { String::new() };
                table.add_row([
                    first(group.repeated.to_string()),
                    first(format!("{:.0} %", alike * 100.0)),
                    place,
                    owners,
                ]);
            }
        }
        print_table(&table);
    }
    let text = format!(
        "{} in what runs, {} with tests, {} with migrations; of {} of {} tokens that somebody owns. From {} tokens on, {:.0} % \
         of them in common.{}",
        counted(code as u64, "group", "groups"),
        of(Kind::Test),
        of(Kind::Migration),
        counted(copies.files as u64, "file", "files"),
        copies.tokens,
        copies.options.tokens,
        copies.options.similarity * 100.0,
        more(if all { copies.groups.len() } else { code }, shown.len()),
    );
    soft(terminal, &text);
    let text = format!(
        "Not compared: {} that nobody owns; {} generated, of others, too large or unreadable.",
        counted(copies.unowned as u64, "source", "sources"),
        found.passed_over.len()
    );
    soft(terminal, &text);
}

fn print_ownership(found: &Borders, all: bool, terminal: Terminal) {
    heading(terminal, "Ownership beside what changes together");
    say!(
        "Modularity by owners {:.2}, by what changes together {:.2}: of {} and {} of them, in {} of {} files or fewer.",
        found.by_owners,
        found.by_change,
        counted(found.nodes as u64, "file", "files"),
        counted(found.pairs as u64, "pair", "pairs"),
        counted(found.commits as u64, "commit", "commits"),
        found.most_files
    );
    if found.elsewhere.is_empty() {
        say!("Nothing changes mostly with what somebody else owns.");
    } else {
        let titles =
            ["folder, and whose", "changes with what these own", "files", "with them", "own", "commits"];
        let mut table = terminal.table(&titles, &[2, 3, 4, 5]);
        for one in found.elsewhere.iter().take(most(all, LISTED / 2)) {
            table.add_row([
                format!("{}\n{}", folder(&one.folder), one.owners.join(", ")),
                one.mostly.join(", "),
                format!("{} of {}", one.files.len(), one.of),
                format!("{:.1}", one.with_others),
                format!("{:.1}", one.with_own),
                format!("{}\n{}", one.commits, short(&one.shown_by)),
            ]);
        }
        print_table(&table);
    }
    let text = format!(
        "{} in {}; with them and own: commits beyond chance. Left out: {} with more files, {} of files that met less than {} \
         times, {} no more often than chance, {} that nobody owns.{}",
        counted(
            found.elsewhere.len() as u64,
            "folder that changes with what others own",
            "folders that change with what others own"
        ),
        counted(found.communities.len() as u64, "community", "communities"),
        counted(found.large as u64, "commit", "commits"),
        counted(found.seldom as u64, "pair", "pairs"),
        found.options.least_together,
        found.by_chance,
        counted(found.unowned as u64, "file", "files"),
        more(found.elsewhere.len(), if all { usize::MAX } else { LISTED / 2 }),
    );
    soft(terminal, &text);
}

pub(super) fn folder(path: &str) -> &str {
    if path.is_empty() { "(the top)" } else { path }
}

/// The newest of these commits.
fn short(shown: &[Shown]) -> String {
    shown.first().map_or_else(String::new, |one| one.commit.chars().take(10).collect())
}

fn print_layers(found: &Layering, all: bool, terminal: Terminal) {
    heading(terminal, "Teams by layer that change together");
    let layered = found.owners.iter().filter(|one| one.mostly.is_some()).count();
    let above: Vec<_> = found.pairs.iter().filter(|pair| is_above(pair.together.lift)).collect();
    let shown: Vec<_> =
        if all { found.pairs.iter().collect() } else { above.iter().copied().take(LISTED / 2).collect() };
    if shown.is_empty() {
        say!("No two owners of different layers change together more often than chance has it.");
    } else {
        let mut table =
            terminal.table(&["owners", "layers", "together", "by chance", "quarters", "newest"], &[2, 3]);
        for pair in &shown {
            table.add_row([
                format!("{}\n{}", pair.owners.0, pair.owners.1),
                format!("{}\n{}", pair.layers.0, pair.layers.1),
                pair.together.together.to_string(),
                format!("{:.1}", pair.together.expected),
                format!("{} of {}", pair.quarters, pair.of_quarters),
                short(&pair.shown_by),
            ]);
        }
        print_table(&table);
    }
    let text = format!(
        "{layered} of {} with {:.0} % of its files in one layer; {} of different layers met, {} more often than chance has \
         it.{}",
        counted(found.owners.len() as u64, "owner", "owners"),
        found.mostly * 100.0,
        counted(found.pairs.len() as u64, "pair", "pairs"),
        above.len(),
        more(if all { found.pairs.len() } else { above.len() }, shown.len())
    );
    soft(terminal, &text);
}

fn is_above(lift: Option<f64>) -> bool {
    lift.is_some_and(|lift| lift > 1.0)
}

fn print_services(found: &BordersFound, all: bool, terminal: Terminal) {
    heading(terminal, "Services that change together, and the data they share");
    let above: Vec<_> = found.services.pairs.iter().filter(|pair| is_above(pair.together.lift)).collect();
    let shown: Vec<_> = if all {
        found.services.pairs.iter().collect()
    } else {
        above.iter().copied().take(LISTED / 2).collect()
    };
    if shown.is_empty() {
        say!("No two services change together more often than chance has it.");
    } else {
        let titles = ["services", "together", "by chance", "of the smaller's", "data that both use"];
        let mut table = terminal.table(&titles, &[1, 2, 3]);
        for pair in &shown {
            let data = found.shared.as_ref().map_or_else(
                || "not read".to_owned(),
                |shared| {
                    let names: Vec<String> = shared
                        .iter()
                        .filter(|it| it.services == pair.services)
                        .map(|it| it.data.clone())
                        .collect();
                    some(&names)
                },
            );
            table.add_row([
                format!("{}\n{}", pair.services.0, pair.services.1),
                pair.together.together.to_string(),
                format!("{:.1}", pair.together.expected),
                format!("{:.0} %", pair.of_the_smaller * 100.0),
                data,
            ]);
        }
        print_table(&table);
    }
    let which = if found.services_declared {
        "as the plans name them"
    } else {
        "each a folder with a manifest or a Dockerfile, since the plans name none here"
    };
    let text = format!(
        "{}, {which}; {} met {} times or more, {} more often than chance has it; {} met less often.{}",
        counted(found.services.services.len() as u64, "service", "services"),
        counted(found.services.pairs.len() as u64, "pair", "pairs"),
        found.services.least,
        above.len(),
        found.services.seldom,
        more(if all { found.services.pairs.len() } else { above.len() }, shown.len())
    );
    soft(terminal, &text);
}

pub(super) fn print_object(data: &DataFound, object: &DataObject, terminal: Terminal) {
    let title = format!("{}, a {}", object.shown, word(object.kind));
    say!("{}", terminal.paint(Tone::Strong, title));
    let owned = data.by_owner.iter().find(|one| one.name == object.name && one.kind == object.kind);
    for (side, uses) in [
        ("defined", &object.definitions),
        ("written", &object.writers),
        ("read", &object.readers),
        ("called", &object.callers),
    ] {
        if uses.is_empty() {
            continue;
        }
        let files: std::collections::BTreeSet<&str> = uses.iter().map(|one| one.path.as_str()).collect();
        let title = format!(
            "{side} at {} in {}",
            counted(uses.len() as u64, "place", "places"),
            counted(files.len() as u64, "file", "files")
        );
        say!("\n{}", terminal.paint(Tone::Strong, title));
        let mut table = terminal.table(&["place", "does", "told by", "confidence", "whose"], &[]);
        for one in uses {
            let owners: Vec<&str> = owned
                .map(|owned| if side == "read" { &owned.readers } else { &owned.writers })
                .into_iter()
                .flatten()
                .filter(|(_, files)| files.contains(&one.path))
                .map(|(owner, _)| owner.as_str())
                .collect();
            table.add_row([
                place(one),
                word(one.act),
                word(one.how),
                word(one.confidence),
                owners.join(", "),
            ]);
        }
        print_table(&table);
    }
}

pub(super) fn print_capability(one: &Capability, terminal: Terminal) {
    say!("{}", terminal.paint(Tone::Strong, &one.capability));
    for solution in &one.solutions {
        say!("\n{}", terminal.paint(Tone::Strong, &solution.name));
        let mut table = terminal.table(&["place", "names", "for", "whose"], &[]);
        for it in &solution.declared {
            table.add_row([
                format!("{}:{}", it.file, it.line),
                it.package.clone(),
                word(it.role),
                it.owners.join(", "),
            ]);
        }
        for it in &solution.imported {
            table.add_row([
                format!("{}:{}", it.file, it.line),
                it.module.clone(),
                word(it.kind),
                it.owners.join(", "),
            ]);
        }
        print_table(&table);
    }
}
