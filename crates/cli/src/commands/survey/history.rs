//! What a survey found in a history, as people read it: who changes with whom against chance, what goes across borders, and
//! every commit behind a pair.

use super::{LISTED, counted};
use crate::terminal::{Terminal, Tone, print_table, say};
use kedge_model::Organisation;
use kedge_survey::Survey;
use kedge_survey::congruence::Congruence;
use kedge_survey::coupling::{Direction, Pair, Trend};
use kedge_survey::ownership::{Said, When};
use kedge_workspace::survey::declared;

pub(super) fn print(survey: &Survey, organisation: Option<&Organisation>, all: bool, terminal: Terminal) {
    let Some(said) = survey.how.said else {
        say!(
            "Nothing says who owns what in it, so nothing is counted between teams: write CODEOWNERS, or `owns` of the teams."
        );
        return;
    };
    say!("{}", how(survey, said));
    say!("{}", left_out(survey));
    let pairs = &survey.coupling.pairs;
    let above = pairs.iter().filter(|pair| pair.direction == Direction::AboveChance).count();
    let below = pairs.iter().filter(|pair| pair.direction == Direction::BelowChance).count();
    say!("\n{}", terminal.paint(Tone::Strong, "Whose files change together"));
    let listed: Vec<&Pair> =
        if all { pairs.iter().collect() } else { pairs.iter().take(above.min(LISTED)).collect() };
    if listed.is_empty() {
        say!("No pair more often than chance has it.");
    } else {
        let prefix = prefix(survey);
        print_pairs("owners", &listed, prefix, terminal);
        if !prefix.is_empty() {
            let left_out = format!("All owners are of {prefix}, which is left out of their names.");
            say!("{}", terminal.paint(Tone::Soft, left_out));
        }
    }
    let unlisted = if all { 0 } else { above.saturating_sub(LISTED) };
    let first = if unlisted > 0 { format!(" ({LISTED} of them listed)") } else { String::new() };
    let rest = format!(
        "Of N = {} ({} large: more than {} files): {} above chance{first}, {} as chance has it, {below} below it; {} that never met. {}",
        counted(survey.coupling.counted, "commit", "commits"),
        survey.coupling.large,
        kedge_survey::coupling::LARGE,
        counted(above as u64, "pair", "pairs"),
        pairs.len() - above - below,
        counted(survey.coupling.never_met, "more pair", "more pairs"),
        "--all lists them, --show ONE,OTHER every commit behind a pair; --most-files leaves large commits out."
    );
    say!("{}", terminal.paint(Tone::Soft, rest));
    // The count that a reader would take for the strongest of all.
    let most = pairs.iter().filter(|pair| pair.direction != Direction::AboveChance);
    if !all
        && let Some(most) = most.max_by_key(|pair| pair.together)
        && pairs.first().is_none_or(|first| most.together > first.together)
    {
        say!(
            "{} {} and {} met most often of all, {} times, and yet {}: {:.1} by chance, since both change so often.",
            terminal.paint(Tone::Leans, "note:"),
            most.one.strip_prefix(prefix(survey)).unwrap_or(&most.one),
            most.other.strip_prefix(prefix(survey)).unwrap_or(&most.other),
            most.together,
            if most.direction == Direction::BelowChance {
                "less often than chance has it"
            } else {
                "no more often than chance has it"
            },
            most.expected
        );
    }
    print_areas(survey, terminal);
    print_across(survey, terminal);
    print_away(survey, terminal);
    if let Some(organisation) = organisation {
        print_congruence(&Congruence::of(pairs, &declared(organisation)), terminal);
    }
}

/// Pairs of owners or areas, with everything that says what their number is worth. What stands before all names alike is
/// left out of them.
fn print_pairs(what: &str, pairs: &[&Pair], prefix: &str, terminal: Terminal) {
    let joint = pairs.iter().any(|pair| pair.only_joint > 0);
    let mixed = pairs.iter().any(|pair| pair.direction != Direction::AboveChance);
    let mut titles = vec![what, "met", "large", "chance", "lift", "degree", "of each", "trend"];
    if mixed {
        titles.push("against chance");
    }
    if joint {
        titles.push("jointly");
    }
    let mut table = terminal.table(&titles, &[1, 2, 3, 4, 5, 6]);
    let short = |name: &str| name.strip_prefix(prefix).unwrap_or(name).to_owned();
    for pair in pairs {
        let tone = if pair.direction == Direction::AboveChance { Tone::Strong } else { Tone::Soft };
        let mut row = vec![
            format!("{}\n{}", short(&pair.one), short(&pair.other)),
            terminal.paint(tone, pair.together),
            pair.large.to_string(),
            format!("{:.1}", pair.expected),
            format!("{:.2}", pair.lift),
            format!("{:.0} %", pair.degree),
            format!("{}\n{}", pair.commits_of_one, pair.commits_of_other),
            trend(pair).to_owned(),
        ];
        if mixed {
            row.push(against(pair.direction).to_owned());
        }
        if joint {
            row.push(pair.only_joint.to_string());
        }
        table.add_row(row);
    }
    print_table(&table);
}

fn against(direction: Direction) -> &'static str {
    match direction {
        Direction::AboveChance => "above",
        Direction::AsChance => "as chance",
        Direction::BelowChance => "below",
    }
}

/// The organisation on the code host that all owners' names begin with: `@acme/`.
pub(super) fn prefix(survey: &Survey) -> &str {
    let mut owners = survey.coupling.owners.iter().map(|it| it.owner.as_str());
    let first = owners.next().filter(|first| first.starts_with('@'));
    let prefix = first.and_then(|first| first.get(..=first.find('/')?)).unwrap_or("");
    if owners.all(|owner| owner.starts_with(prefix)) { prefix } else { "" }
}

pub(super) fn trend(pair: &Pair) -> &'static str {
    match pair.trend {
        Trend::Rising => "rising",
        Trend::Steady => "steady",
        Trend::Falling => "falling",
    }
}

/// The areas, where they say more than the owners do.
fn print_areas(survey: &Survey, terminal: Terminal) {
    let areas = &survey.areas;
    let above: Vec<&Pair> =
        areas.pairs.iter().filter(|pair| pair.direction == Direction::AboveChance).take(LISTED / 2).collect();
    if above.is_empty() || areas.areas.len() <= survey.coupling.owners.len() {
        return;
    }
    say!("\n{}", terminal.paint(Tone::Strong, "Which areas change together, across a border"));
    print_pairs("areas", &above, "", terminal);
    let rest = format!(
        "The first {} of {} above chance, {} as chance has it, {} below it; {}. --csv FOLDER and --json have more.",
        above.len(),
        counted(areas.above, "pair", "pairs"),
        areas.as_chance,
        areas.below,
        ownership(survey).unwrap_or_default(),
    );
    say!("{}", terminal.paint(Tone::Soft, rest));
}

/// Where ownership is from, and of when.
pub(super) fn ownership(survey: &Survey) -> Option<String> {
    let when = match survey.how.ownership {
        When::Now => "as it is now",
        When::Then => "as it was at each commit",
    };
    Some(format!("ownership by {}, {when}", survey.how.said?.shown()))
}

fn how(survey: &Survey, said: Said) -> String {
    let where_said = said.shown();
    let when = match survey.how.ownership {
        When::Now => "as it is now",
        When::Then => "as it was at each commit",
    };
    let merges = if survey.how.first_parent { "each merge one change" } else { "every commit but merges" };
    let renames = if survey.how.renames { "moved files followed" } else { "moved files not followed" };
    format!(
        "Ownership by {where_said}, {when}; {merges}; {renames}. Counted: {} that {} what somebody owns.",
        counted(survey.coupling.counted, "commit", "commits"),
        if survey.coupling.counted == 1 { "touches" } else { "touch" }
    )
}

fn left_out(survey: &Survey) -> String {
    let out = &survey.left_out;
    let parts = [
        (out.nobody_owns, "that touch nothing owned"),
        (out.programs, "by programs"),
        (out.routine, "of manifests, lock files, changelogs and generated files alone"),
        (out.too_many_files, "with more files than asked for"),
        (out.other_times, "at other times"),
        (out.empty, "that touch nothing"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let mut text = if parts.is_empty() {
        "Nothing was left out.".into()
    } else {
        format!("Left out: {}.", parts.join(", "))
    };
    if out.too_many_owners > 0 {
        let wide = format!(
            " Coupling nobody: {} of files of more than {} owners.",
            counted(out.too_many_owners, "commit", "commits"),
            kedge_survey::coupling::MOST_OWNERS
        );
        text += &wide;
    }
    text
}

pub(super) fn notes(survey: &Survey) -> Vec<String> {
    let reading = &survey.reading;
    let mut notes = Vec::new();
    if reading.shallow {
        let cut = counted(reading.cut_off, "commit", "commits");
        notes.push(format!(
            "the clone is shallow: what came before is not here, and {cut} at its edge cannot be read"
        ));
    }
    if let Some((commit, said)) = reading.unreadable_named.first() {
        let short: String = commit.chars().take(10).collect();
        let of = counted(reading.unreadable, "commit", "commits");
        notes
            .push(format!("{of} could not be read, since objects are missing; the first is {short}: {said}"));
    }
    if let Some(first) = reading.folders_missing.first() {
        let count = counted(reading.folders_missing.len() as u64, "folder is", "folders are");
        notes.push(format!("{count} not in this clone, such as {first}: who owns what in them is not known"));
    }
    if let Some(first) = reading.ownership_skipped.first() {
        let count = reading.ownership_skipped.len() as u64;
        notes.push(format!(
            "{} of ownership cannot be read, such as {first}",
            counted(count, "line", "lines")
        ));
    }
    if let Some(first) = reading.ownership_unused.first() {
        let count = reading.ownership_unused.len() as u64;
        notes
            .push(format!("{} of ownership match no file, such as {first}", counted(count, "rule", "rules")));
    }
    notes
}

fn print_across(survey: &Survey, terminal: Terminal) {
    let files = &survey.across_borders.files;
    if files.is_empty() {
        return;
    }
    say!("\n{}", terminal.paint(Tone::Strong, "Files that change together across a border"));
    let mut table = terminal.table(&["files", "together", "of", "degree"], &[1, 2, 3]);
    for pair in files.iter().take(LISTED / 2) {
        table.add_row([
            format!("{}\n{}", pair.one, pair.other),
            pair.together.to_string(),
            format!("{}, {}", pair.commits_of_one, pair.commits_of_other),
            format!("{:.0} %", pair.degree),
        ]);
    }
    print_table(&table);
    let rest = format!(
        "{} that met {} times or more, in commits of {} files or fewer; files that changed {} times or more.",
        counted(survey.across_borders.pairs_of_files, "pair", "pairs"),
        kedge_survey::files_together::LEAST_TOGETHER,
        kedge_survey::files_together::MOST_FILES,
        kedge_survey::files_together::LEAST_CHANGES,
    );
    say!("{}", terminal.paint(Tone::Soft, rest));
}

fn print_away(survey: &Survey, terminal: Terminal) {
    let away = &survey.away;
    let abroad: Vec<_> = away.visits.iter().filter(|visit| visit.team != visit.owner).collect();
    if away.of_known_team == 0 {
        return;
    }
    say!("\n{}", terminal.paint(Tone::Strong, "Work in others' files"));
    let mut table = terminal.table(&["team of the author", "whose files", "commits"], &[2]);
    for visit in abroad.iter().take(LISTED) {
        table.add_row([visit.team.clone(), visit.owner.clone(), visit.commits.to_string()]);
    }
    print_table(&table);
    let rest = format!(
        "Of {}; of {} more nobody says which team the author is of (`git` of the team's persons).",
        counted(away.of_known_team, "commit", "commits"),
        away.of_unknown_team
    );
    say!("{}", terminal.paint(Tone::Soft, rest));
}

fn print_congruence(congruence: &Congruence, terminal: Terminal) {
    say!("\n{}", terminal.paint(Tone::Strong, "Against the asks"));
    match congruence.share() {
        Some(share) => say!(
            "{} of {} pairs above chance have an ask between them: {:.0} % of the commits that couple teams.",
            congruence.met,
            congruence.required,
            share * 100.0
        ),
        None => say!("No pair of teams is above chance."),
    }
    for (one, other) in congruence.hidden.iter().take(LISTED / 2) {
        say!("{} {one} and {other} change together, with no ask", terminal.paint(Tone::Late, "hidden:"));
    }
    for (one, other) in congruence.imagined.iter().take(LISTED / 2) {
        say!(
            "{} {one} and {other}: an ask, and files that do not change together",
            terminal.paint(Tone::Soft, "not seen:")
        );
    }
}
