//! `kedge align problems`: what several teams solve each for themselves, and one of those problems whole.

use super::super::{Session, print_json};
use crate::failure::{Exit, Failure};
use crate::terminal::{Tone, print_table, say};
use kedge_align::price::{Price, Range, weeks_of};
use kedge_align::problems::{Problem, Problems, Verdict};
use kedge_model::{Calendar, TeamId, nearest};

/// The list.
pub(super) fn list(session: &Session) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let problems = answers.problems();
    if session.json {
        print_json(&*problems)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    let calendar = &answers.organisation.settings().calendar;
    say!("{}", terminal.paint(Tone::Strong, problems.headline()));
    if !problems.problems.is_empty() {
        say!();
        let titles = ["problem", "teams", "verdict", "apart", "together", "pays in"];
        let mut table = terminal.table(&titles, &[3, 4, 5]);
        for problem in &problems.problems {
            let figures =
                problem.best().map_or(["–".to_owned(), "–".into(), "–".into()], |(_, price)| {
                    [
                        weeks_of(price.apart.mean, calendar),
                        weeks_of(price.together.mean, calendar),
                        price.cases_in_words(),
                    ]
                });
            let [apart, together, pays] = figures;
            table.add_row([
                format!("{}\n{}", problem.title, terminal.paint(Tone::Soft, &problem.id)),
                names(&problem.teams),
                verdict(session, problem),
                apart,
                together,
                pays,
            ]);
        }
        print_table(&table);
        say!("{}", terminal.paint(Tone::Soft, footnote(&problems)));
    }
    unread(session, &problems);
    Ok(Exit::Fine)
}

fn footnote(problems: &Problems) -> String {
    let horizon = problems.problems.iter().find_map(|problem| Some(problem.best()?.1.horizon_weeks));
    let weeks = horizon.map_or_else(String::new, |weeks| format!(" over {weeks:.0} weeks"));
    format!(
        "As of {}. Apart and together: person-weeks{weeks}, on average. Pays in: the cases of 100 in which together takes less.",
        problems.as_of
    )
}

fn unread(session: &Session, problems: &Problems) {
    if !problems.code_is_read {
        let note = "No survey has looked for what code solves twice: `kedge survey` adds that.";
        say!("{}", session.terminal.paint(Tone::Soft, note));
    }
}

fn names(teams: &[TeamId]) -> String {
    teams.iter().map(TeamId::as_str).collect::<Vec<_>>().join(", ")
}

fn verdict(session: &Session, problem: &Problem) -> String {
    let tone = match problem.verdict {
        Verdict::Pays { .. } => Tone::Stands,
        Verdict::PaysFrom { .. } | Verdict::NotKnown { .. } | Verdict::Apart => Tone::Soft,
    };
    session.terminal.paint(tone, problem.verdict.in_words())
}

/// One problem: where it was found, its ways side by side, the figures of the best and where they come from.
pub(super) fn one(session: &Session, name: &str) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let problems = answers.problems();
    let problem = find(&problems, name)?;
    if session.json {
        print_json(problem)?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    let calendar = &answers.organisation.settings().calendar;
    say!("{} {}", terminal.paint(Tone::Strong, &problem.title), terminal.paint(Tone::Soft, &problem.id));
    say!("{}", problem.sentence(calendar));
    say!("\n{}", terminal.paint(Tone::Strong, "Where it was found"));
    for found in &problem.found {
        say!("  {}", found.in_words(problems.as_of));
        for place in found.shown_by().iter().take(3) {
            let line = place.line.map_or_else(String::new, |line| format!(":{line}"));
            let place = format!("{}:{}{line} at {}", place.repository, place.file, place.commit);
            say!("    {}", terminal.paint(Tone::Soft, place));
        }
    }
    let priced: Vec<(&str, &Price)> =
        problem.ways.iter().filter_map(|way| Some((way.what.as_str(), way.priced.price()?))).collect();
    if !priced.is_empty() {
        say!();
        let titles = ["way", "apart", "together", "pays in", "with teams", "after"];
        let mut table = terminal.table(&titles, &[1, 2, 3]);
        for (what, price) in &priced {
            table.add_row([
                (*what).to_owned(),
                range(&price.apart, calendar),
                range(&price.together, calendar),
                price.cases_in_words(),
                price.by_teams.in_words(),
                price.by_time.in_words(),
            ]);
        }
        print_table(&table);
        let note = "Person-weeks: the mean, and between which of ten cases eight lie.";
        say!("{}", terminal.paint(Tone::Soft, note));
    }
    if let Some((way, price)) = problem.best() {
        say!("\n{}", terminal.paint(Tone::Strong, format!("The figures of {}", way.name())));
        figures(session, price, calendar);
    }
    Ok(Exit::Fine)
}

fn range(range: &Range, calendar: &Calendar) -> String {
    let [mean, low, high] = [range.mean, range.p10, range.p90].map(|days| weeks_of(days, calendar));
    if low == high { mean } else { format!("{mean} ({low}–{high})") }
}

fn figures(session: &Session, price: &Price, calendar: &Calendar) {
    let terminal = session.terminal;
    let mut table = terminal.table(&["figure", "as stated", "person-weeks", "from"], &[2]);
    for figure in &price.figures {
        table.add_row([
            figure.input.in_words(),
            figure.stated.clone(),
            weeks_of(figure.mean, calendar),
            terminal.paint(Tone::Soft, format!("{}: {}", figure.source.word(), figure.source.detail())),
        ]);
    }
    print_table(&table);
    if !price.unsaid.is_empty() {
        let unsaid: Vec<String> = price.unsaid.iter().map(kedge_align::price::PriceInput::in_words).collect();
        say!("Nobody says, and counted as nothing: {}.", unsaid.join("; "));
    }
    if let Some(hinge) = &price.hinge {
        say!("It hangs most on {}.", hinge.in_words(calendar));
    }
    let losing: Vec<String> = price
        .fans_out_to()
        .map(|share| {
            format!("{} {}", share.team, weeks_of(kedge_model::WorkDays(-share.gains().0), calendar))
        })
        .collect();
    if !losing.is_empty() {
        say!("It costs these teams more than it saves them, in person-weeks: {}.", losing.join(", "));
    }
}

/// The problem of a name.
fn find<'a>(problems: &'a Problems, name: &str) -> Result<&'a Problem, Failure> {
    problems.problem(name).ok_or_else(|| {
        let names = || problems.problems.iter().map(|problem| problem.id.as_str());
        let failure = Failure::new(format!("there is no shared problem `{name}`"));
        match nearest(name, names()) {
            Some(near) => failure.hint(format!("did you mean `{near}`?")),
            None => failure.hint("`kedge align problems` lists them"),
        }
    })
}
