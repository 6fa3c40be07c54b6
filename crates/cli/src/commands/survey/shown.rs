//! What is behind a number of a survey, in full: every commit of a pair or of a folder, every place of a table or a problem.

use super::counted;
use super::found::{folder, print_capability, print_object};
use super::history::{ownership, trend};
use crate::failure::Failure;
use crate::terminal::{Terminal, Tone, say};
use kedge_survey::Survey;
use kedge_survey::borders::{Elsewhere, Together};
use kedge_survey::coupling::{Direction, Every, Pair, Shown, is_called};
use kedge_survey::git::printable;

/// Every commit that two owners, areas, services, files or folders have in common.
pub(super) fn print_pair(survey: &Survey, names: &[String; 2], terminal: Terminal) -> Result<(), Failure> {
    let [one, other] = names;
    let every = Every::Pair(one.clone(), other.clone());
    let mut pairs = survey.coupling.pairs.iter().chain(&survey.areas.pairs);
    if let Some(found) = pairs.find(|it| every.is_pair(&it.one, &it.other)) {
        print_owners(survey, found, terminal);
        return Ok(());
    }
    let mut services = survey.borders.iter().flat_map(|found| &found.services.pairs);
    if let Some(found) = services.find(|it| every.is_pair(&it.services.0, &it.services.1)) {
        let title = met(survey, found.together.together as u64, [&found.services.0, &found.services.1]);
        let basis = format!("Two services. {}", against_chance(&found.together));
        print_commits(survey, [title, basis], &found.shown_by, found.together.together as u64, terminal);
        return Ok(());
    }
    let mut across = survey.across_borders.files.iter().chain(&survey.across_borders.folders);
    if let Some(found) = across.find(|it| every.is_pair(&it.one, &it.other)) {
        let title = met(survey, found.together, [&found.one, &found.other]);
        let basis = format!(
            "{} of the one, {} of the other; degree {:.0} %. Owned by {} and by {}.",
            counted(u64::from(found.commits_of_one), "commit", "commits"),
            found.commits_of_other,
            found.degree,
            found.owners_of_one.join(", "),
            found.owners_of_other.join(", ")
        );
        print_commits(survey, [title, basis], &found.shown_by, found.together, terminal);
        return Ok(());
    }
    let owners = survey.coupling.owners.iter().map(|it| it.owner.as_str());
    let services = survey.borders.iter().flat_map(|found| &found.services.services);
    let names = owners.chain(services.map(|it| it.name.as_str()));
    let unknown = [one, other].into_iter().find(|it| !names.clone().any(|name| is_called(name, it)));
    let Some(unknown) = unknown else {
        return Err(Failure::new(format!("{one} and {other} never met in {}", survey.repository)));
    };
    let failure = Failure::new(format!("{unknown} owns nothing that was changed in {}", survey.repository));
    Err(match kedge_model::nearest(unknown, names) {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None => failure
            .hint("an owner, an area, a service, a file or a folder can stand on either side of the comma"),
    })
}

/// Every place of a data object or a problem, or every commit of a folder that changes with what others own.
pub(super) fn print_one(survey: &Survey, what: &str, terminal: Terminal) -> Result<(), Failure> {
    if let Some(data) = &survey.data
        && let Some(object) = data.found.object(what)
    {
        print_object(data, object, terminal);
        return Ok(());
    }
    let capabilities = survey.duplicates.iter().flat_map(|found| &found.solutions.capabilities);
    if let Some(one) = capabilities.clone().find(|one| one.capability.eq_ignore_ascii_case(what)) {
        print_capability(one, terminal);
        return Ok(());
    }
    let elsewhere =
        survey.borders.iter().flat_map(|found| &found.ownership).flat_map(|found| &found.elsewhere);
    let every = Every::Folder(what.to_owned());
    let moves: Vec<&Elsewhere> = elsewhere.clone().filter(|one| every.is_folder(&one.folder)).collect();
    for one in &moves {
        let title = format!(
            "{}: {} that touch {} of {} and files of {}",
            survey.repository,
            counted(one.commits as u64, "commit", "commits"),
            folder(&one.folder),
            one.owners.join(", "),
            one.mostly.join(", ")
        );
        let basis = format!(
            "{} of its {} files: {:.1} commits beyond chance with those, {:.1} with its own; ownership as it is now.",
            one.files.len(),
            one.of,
            one.with_others,
            one.with_own
        );
        print_commits(survey, [title, basis], &one.shown_by, one.commits as u64, terminal);
    }
    if !moves.is_empty() {
        return Ok(());
    }
    let names = survey
        .data
        .iter()
        .flat_map(|data| data.found.objects.iter().map(|object| object.shown.as_str()))
        .chain(capabilities.map(|one| one.capability.as_str()))
        .chain(elsewhere.map(|one| one.folder.as_str()));
    let near = kedge_model::nearest(what, names);
    let failure = Failure::new(format!(
        "{}: no data, no problem and no folder that changes with others' files is called `{what}`",
        survey.repository
    ));
    Err(match near {
        Some(near) => failure.hint(format!("did you mean `{near}`?")),
        None => failure.hint("`--show checkout,payments` shows the commits of two owners"),
    })
}

fn met(survey: &Survey, together: u64, [one, other]: [&str; 2]) -> String {
    let commits = counted(together, "commit that touches", "commits that touch");
    format!("{}: {commits} {} and {}", survey.repository, printable(one), printable(other))
}

fn against_chance(together: &Together) -> String {
    format!(
        "{} of the one, {} of the other, of N = {}; {:.1} by chance.",
        counted(together.left as u64, "commit", "commits"),
        together.right,
        together.of,
        together.expected
    )
}

fn print_owners(survey: &Survey, found: &Pair, terminal: Terminal) {
    let way = match found.direction {
        Direction::AboveChance => "more than chance has it",
        Direction::AsChance => "as chance has it",
        Direction::BelowChance => "fewer than chance has it",
    };
    let title = format!(
        "{}: {} that touch files of {} and of {}; {:.1} by chance, lift {:.2}, {way}",
        survey.repository,
        counted(found.together, "commit", "commits"),
        found.one,
        found.other,
        found.expected,
        found.lift,
    );
    let basis = format!(
        "{} of the one's own files, {} of the other's, of N = {}; {} in the year from {} ({}); {}.",
        counted(found.commits_of_one, "commit", "commits"),
        found.commits_of_other,
        survey.coupling.counted,
        found.recent,
        survey.coupling.recent_from.as_deref().unwrap_or("the first"),
        trend(found),
        ownership(survey).unwrap_or_default(),
    );
    print_commits(survey, [title, basis], &found.shown_by, found.together, terminal);
}

fn print_commits(survey: &Survey, [title, basis]: [String; 2], shown: &[Shown], of: u64, terminal: Terminal) {
    say!("{}", terminal.paint(Tone::Strong, title));
    say!("{}", terminal.paint(Tone::Soft, basis));
    for one in shown {
        let short: String = one.commit.chars().take(12).collect();
        let files = printable(&one.files.join(" and "));
        say!("{}  {short}  {files} ({})", one.on, counted(one.touched, "file", "files"));
    }
    if let Some(page) = &survey.commit_page {
        say!("{}", terminal.paint(Tone::Soft, format!("Each is at {page}COMMIT.")));
    } else {
        say!("{}", terminal.paint(Tone::Soft, "`git show COMMIT` in the repository shows each."));
    }
    if of > shown.len() as u64 {
        say!("{}", terminal.paint(Tone::Soft, format!("The newest {} of {of}.", shown.len())));
    }
}
