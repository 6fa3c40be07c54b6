//! `kedge forecast`: when it will ship, as planned and under each policy; and the log of one trial.

use super::{Session, print_json};
use crate::arguments::PolicyChoice;
use crate::failure::{Exit, Failure};
use crate::find;
use crate::terminal::say;
use crate::terminal::{Terminal, Tone, print_table};
use kedge_decide::OpenForecast;
use kedge_forecast::history::ENOUGH_CASES;
use kedge_forecast::{
    Amount, AskForecast, BestStart, Certainty, Chance, Dates, DecideBy, Dropping, HangsOn, Lack, LandsBy,
    NeededBy, NetValue, Note, OutcomeForecast, PlanForecast, Policy, PolicyForecast, Precision, Quantile,
    Reached, ResultOf, Spread, When, in_weeks,
};
use kedge_model::{Date, Organisation, Share, WorkTime};
use kedge_workspace::Answers;

/// One plan whole, or every plan in a line.
pub(crate) fn run(
    session: &Session,
    plan: Option<&str>,
    precision: Option<WorkTime>,
) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let organisation = &answers.organisation;
    let only = match (plan, organisation.plans().len()) {
        (Some(name), _) => Some(find::plan_or_outcome(organisation, name)?),
        // A program that reads the answer finds the same shape however many plans there are.
        (None, 1) if !session.json => organisation.plans().next().map(|plan| plan.id.clone()),
        (None, _) => None,
    };
    let Some(plan) = only else {
        if precision.is_some() {
            return Err(
                Failure::new("a precision is of one plan").hint("kedge forecast TEAM/PLAN --precision 1d")
            );
        }
        return all(session, &answers);
    };
    let precision = precision
        .map(|time| {
            Precision::to(time, &organisation.settings().calendar).ok_or_else(|| {
                Failure::new(format!("a date is a day, so `{time}` is finer than it can be known"))
                    .hint("--precision 1d")
            })
        })
        .transpose()?;
    let forecast = match precision {
        None => session.terminal.while_running("forecasting", || answers.plan(&plan)),
        Some(precision) => session.terminal.while_counting("trials", |tell| {
            answers.plan_to(&plan, precision, &mut |progress| tell(progress.trials, progress.expected))
        }),
    };
    let forecast = forecast
        .ok_or_else(|| Failure::new(format!("{plan} is closed: it is a record, and has no forecast")))?;
    if session.json {
        print_json(&*forecast)?;
        return Ok(Exit::Fine);
    }
    print_plan(session.terminal, &answers, &forecast);
    Ok(Exit::Fine)
}

/// The log of one trial.
pub(crate) fn replay(
    session: &Session,
    plan: Option<&str>,
    policy: PolicyChoice,
    trial: u64,
) -> Result<Exit, Failure> {
    let answers = session.answers()?;
    let name = plan
        .ok_or_else(|| Failure::new("a trial is of one plan").hint("kedge forecast TEAM/PLAN --replay 0"))?;
    let plan = find::plan(&answers.organisation, name)?;
    let policy = match policy {
        PolicyChoice::AsPlanned => Policy::AsPlanned,
        PolicyChoice::Wait => Policy::Wait,
        PolicyChoice::Hedge => Policy::Hedge,
        PolicyChoice::StartNow => Policy::StartNow,
        PolicyChoice::Alone => Policy::Alone,
    };
    let log = answers.replay(&plan, policy, trial).unwrap_or_default();
    if session.json {
        print_json(&log)?;
        return Ok(Exit::Fine);
    }
    let options = answers.options();
    say!(
        "{}",
        session.terminal.paint(Tone::Strong, format!("{plan}, {}, trial {trial}", policy_name(policy)))
    );
    say!(
        "{}\n",
        session.terminal.paint(Tone::Soft, format!("as of {}, seed {}", options.as_of, options.seed))
    );
    for line in log {
        say!("{line}");
    }
    Ok(Exit::Fine)
}

pub(crate) fn policy_name(policy: Policy) -> &'static str {
    match policy {
        Policy::AsPlanned => "as planned",
        Policy::Wait => "wait",
        Policy::Hedge => "hedge",
        Policy::StartNow => "start now",
        Policy::Alone => "alone",
    }
}

fn all(session: &Session, answers: &Answers) -> Result<Exit, Failure> {
    let forecast = session.terminal.while_running("forecasting", || answers.forecast());
    if session.json {
        // Of the whole organisation, so without odds: those are for the teams that they are about.
        print_json(&OpenForecast::of(forecast))?;
        return Ok(Exit::Fine);
    }
    let terminal = session.terminal;
    let near = forecast.as_of;
    say!("{}\n", terminal.paint(Tone::Strong, answers.standing.organisation.sentence()));
    let mut table = terminal
        .table(&["outcome", "due", "P50", "P80", "on time", "alone", "stands at"], &[1, 2, 3, 4, 5, 6]);
    for plan in &forecast.plans {
        let (Some(planned), alone) = (plan.policy(Policy::AsPlanned), plan.policy(Policy::Alone)) else {
            continue;
        };
        for outcome in &planned.outcomes {
            let alone =
                alone.and_then(|alone| alone.outcomes.iter().find(|it| it.outcome == outcome.outcome));
            let stands = answers.standing.outcome(&outcome.outcome).map(|it| it.share);
            let due = outcome.due.map_or_else(|| "none".to_owned(), |due| due.short(near));
            let (p50, p80) = quantiles(terminal, outcome, near);
            table.add_row([
                outcome.outcome.to_string(),
                due,
                p50,
                p80,
                on_time(terminal, outcome.by_due),
                on_time(terminal, alone.and_then(|alone| alone.by_due)),
                stands.map_or_else(String::new, |share| stands_at(terminal, share)),
            ]);
        }
    }
    print_table(&table);
    let outcomes =
        |policy| forecast.plans.iter().filter_map(move |it| it.policy(policy)).flat_map(|it| &it.outcomes);
    let error = sampling(
        outcomes(Policy::AsPlanned).filter_map(|outcome| outcome.live.spread()),
        outcomes(Policy::AsPlanned).chain(outcomes(Policy::Alone)).filter_map(|outcome| outcome.by_due),
        &[("P50", |it| it.p50), ("P80", |it| it.p80)],
    );
    say!("\n{}", terminal.paint(Tone::Soft, error));
    say!(
        "{}",
        terminal.paint(
            Tone::Soft,
            format!(
                "As of {}, {} trials, seed {}. Alone: no ask lands. `kedge forecast TEAM/PLAN` shows the policies.",
                forecast.as_of, forecast.trials, forecast.seed
            )
        )
    );
    Ok(Exit::Fine)
}

fn stands_at(terminal: Terminal, share: Share) -> String {
    let text = format!("{:.0}%", share.get() * 100.0);
    match share.get() {
        0.0 => terminal.paint(Tone::Late, text),
        1.0 => terminal.paint(Tone::Stands, text),
        _ => terminal.paint(Tone::Leans, text),
    }
}

fn on_time(terminal: Terminal, chance: Option<Chance>) -> String {
    match chance {
        None => terminal.paint(Tone::Soft, "–"),
        Some(chance) => {
            let cases = chance.share.cases_of_100();
            let tone = if cases >= 80 {
                Tone::Stands
            } else if cases >= 50 {
                Tone::Leans
            } else {
                Tone::Late
            };
            terminal.paint(tone, format!("{cases}%"))
        }
    }
}

pub(crate) fn when(terminal: Terminal, quantile: Quantile, near: Date) -> String {
    match quantile.at {
        When::On(date) => date.short(near),
        When::Never(chance) => {
            terminal.paint(Tone::Late, format!("never ({} %)", chance.share.cases_of_100()))
        }
    }
}

/// A quantile with its name.
type Named = (&'static str, fn(&Spread) -> Quantile);

/// How far dates and chances may be off, for all of a table in one line.
fn sampling<'a>(
    spreads: impl Iterator<Item = &'a Spread>,
    chances: impl Iterator<Item = Chance>,
    which: &[Named],
) -> String {
    let spreads: Vec<&Spread> = spreads.collect();
    let dates = which.iter().map(|(name, quantile)| {
        let known = || spreads.iter().map(|spread| quantile(spread));
        let most = known().filter_map(|quantile| quantile.within).max().unwrap_or(0);
        let open = known().filter(|quantile| quantile.or_never().is_some()).count();
        match open {
            0 => format!("{name} ± {most}"),
            1 => format!("{name} ± {most} (in one row it is open whether it comes at all)"),
            open => format!("{name} ± {most} (in {open} rows it is open whether it comes at all)"),
        }
    });
    let dates: Vec<String> = dates.collect();
    let error = chances.map(|chance| chance.error).fold(0.0, f64::max);
    format!(
        "Sampling error, at most: {} working days; chances ± {} of 100.",
        dates.join(", "),
        (200.0 * error).ceil()
    )
}

fn quantiles(terminal: Terminal, outcome: &OutcomeForecast, near: Date) -> (String, String) {
    match &outcome.live {
        Dates::Happened(date) => (format!("live {}", date.short(near)), String::new()),
        Dates::Spread(spread) => (when(terminal, spread.p50, near), when(terminal, spread.p80, near)),
        Dates::TooLittleData(_) => (terminal.paint(Tone::Soft, "too little data"), String::new()),
    }
}

fn print_plan(terminal: Terminal, answers: &Answers, forecast: &PlanForecast) {
    let near = forecast.as_of;
    let title = answers.organisation.plan(&forecast.plan).and_then(|plan| plan.title.as_deref());
    match title {
        Some(title) => {
            say!("{} {}\n", terminal.paint(Tone::Strong, title), terminal.paint(Tone::Soft, &forecast.plan));
        }
        None => say!("{}\n", terminal.paint(Tone::Strong, &forecast.plan)),
    }
    if let Some(standing) = answers.standing.plan(&forecast.plan) {
        say!("{}\n", standing.number.sentence());
    }
    let outcomes = forecast.policy(Policy::AsPlanned).map_or(&[][..], |planned| &planned.outcomes[..]);
    for (index, outcome) in outcomes.iter().enumerate() {
        let due =
            outcome.due.map_or_else(|| "no due date".to_owned(), |due| format!("due {}", due.in_words(near)));
        say!("{} {}", terminal.paint(Tone::Strong, &outcome.outcome), terminal.paint(Tone::Soft, due));
        if let Dates::TooLittleData(lacks) = &outcome.live {
            say!("  too little data: {}\n", lacking(lacks));
            continue;
        }
        let mut table =
            terminal.table(&["", "P10", "P50", "P80", "P95", "on time", "net value"], &[1, 2, 3, 4, 5, 6]);
        for policy in &forecast.policies {
            let Some(outcome) = policy.outcomes.get(index) else { continue };
            let mut row = vec![policy_name(policy.policy).to_owned()];
            match &outcome.live {
                Dates::Spread(spread) => {
                    row.extend(
                        [spread.p10, spread.p50, spread.p80, spread.p95].map(|it| when(terminal, it, near)),
                    );
                }
                Dates::Happened(date) => row.extend([
                    format!("live {}", date.short(near)),
                    String::new(),
                    String::new(),
                    String::new(),
                ]),
                Dates::TooLittleData(_) => row.extend(["–", "–", "–", "–"].map(str::to_owned)),
            }
            row.push(on_time(terminal, outcome.by_due));
            row.push(net(policy, index));
            table.add_row(row);
        }
        print_table(&table);
        let mine = || forecast.policies.iter().filter_map(|policy| policy.outcomes.get(index));
        if mine().any(|outcome| outcome.live.spread().is_some()) {
            let text = sampling(
                mine().filter_map(|outcome| outcome.live.spread()),
                mine().filter_map(|outcome| outcome.by_due),
                &[("P10", |it| it.p10), ("P50", |it| it.p50), ("P80", |it| it.p80), ("P95", |it| it.p95)],
            );
            say!("{}", terminal.paint(Tone::Soft, text));
        }
        say!();
    }
    let hangs = hangs_on(&forecast.hangs_on);
    for line in &hangs {
        say!("{line}");
    }
    if !hangs.is_empty() {
        say!();
    }
    if let Some(reached) = &forecast.precision {
        for line in precision_words(reached, forecast.trials) {
            say!("{line}");
        }
        say!();
    }
    for ask in &forecast.asks {
        let state = answers.organisation.ask(&ask.ask).map(|it| answers.organisation.ask_state(it));
        let word = state.as_ref().map_or("", kedge_model::AskState::word);
        say!("{} to {}, {word}", terminal.paint(Tone::Strong, &ask.ask), ask.to);
        let sources: Vec<String> =
            ask.sources.iter().map(|source| format!("{}: {}", source.word(), source.detail())).collect();
        match &ask.lands {
            Dates::Happened(date) => say!("  landed on {}", date.in_words(near)),
            Dates::TooLittleData(lacks) => say!("  too little data: {}", lacking(lacks)),
            Dates::Spread(spread) if spread.p50.date().is_none() => {
                let cases = spread.never.share.cases_of_100();
                say!("  lands: {}", terminal.paint(Tone::Late, format!("never in {cases} of 100 cases")));
            }
            Dates::Spread(spread) => {
                let by = |what: &str, chance: Option<Chance>| {
                    chance.map(|chance| format!("{what} in {} of 100 cases", within(chance)))
                };
                let (p50, p80) = (when(terminal, spread.p50, near), when(terminal, spread.p80, near));
                let odds = [
                    Some(format!("P50 {p50}, P80 {p80}")),
                    by("as wanted", ask.by_wanted),
                    by("by the day it is needed", ask.by_needed),
                ];
                say!("  lands: {}", odds.into_iter().flatten().collect::<Vec<_>>().join(", "));
            }
        }
        for source in sources {
            say!("  {}", terminal.paint(Tone::Soft, source));
        }
        let words = if ask.lands_by == LandsBy::Dead {
            let starts = !ask.fallbacks.is_empty() && ask.decide_by != DecideBy::Taken;
            [starts.then(|| "it will not land, so its fallback starts now".to_owned()), None, None]
        } else {
            [
                needed_by(&ask.needed_by, near).map(|words| match ask.needed_by_within {
                    None | Some(0) => words,
                    Some(days) => format!("{words} (± {days})"),
                }),
                decide_by(&ask.decide_by, near).map(|words| words + &decide_by_error(ask, near)),
                best_start(&ask.best_start, near),
            ]
        };
        let words: Vec<String> = words.into_iter().flatten().collect();
        if !words.is_empty() {
            say!("  {}", words.join("; "));
        }
        let words: Vec<String> = [
            (!matches!(ask.lands, Dates::Happened(_)))
                .then(|| format!("waited for last in {} of 100 cases", within(ask.waits))),
            certainty(&ask.certainty),
            dropping(&ask.dropping),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !words.is_empty() {
            say!("  {}", words.join("; "));
        }
    }
    for note in &forecast.notes {
        say!("{} {}", terminal.paint(Tone::Leans, "note:"), note_words(note, &answers.organisation));
    }
    for assumption in &forecast.assumptions {
        say!(
            "{}",
            terminal.paint(
                Tone::Soft,
                format!("{}: {} ({})", assumption.source.word(), assumption.what, assumption.source.detail())
            )
        );
    }
    say!(
        "{}",
        terminal.paint(
            Tone::Soft,
            format!(
                "As of {}, {} trials, seed {}. Net value: of the whole plan, to {} after due, less people where they have a price.",
                forecast.as_of,
                forecast.trials,
                forecast.seed,
                answers.organisation.settings().horizon
            )
        )
    );
}

/// The inputs that the result hangs on most, in lines.
fn hangs_on(hangs_on: &HangsOn) -> Vec<String> {
    const SHOWN: usize = 5;
    match hangs_on {
        HangsOn::Inputs { result, inputs, others, trials } => {
            let result = match result {
                ResultOf::NetValue => "The net value as planned".to_owned(),
                ResultOf::Live(outcome) => format!("The date of {outcome} as planned"),
            };
            if inputs.is_empty() {
                return vec![format!(
                    "{result} hangs on no single input: none of {others} can be told from noise by {trials} trials."
                )];
            }
            let mut lines = vec![format!(
                "{result} hangs most on (share of its variance that each explains alone; {trials} trials):"
            )];
            lines.extend(inputs.iter().take(SHOWN).map(|influence| {
                let (share, error) = (100.0 * influence.share, (200.0 * influence.error).ceil());
                format!("  {share:>3.0} ± {error:.0} %  {}", influence.input)
            }));
            lines
        }
        HangsOn::TooLittleData(lacks) => {
            vec![format!("What it hangs on: too little data ({}).", lacking(lacks))]
        }
        HangsOn::Nothing | HangsOn::NotSearched => Vec::new(),
    }
}

/// Whether the dates are known as well as was asked for.
fn precision_words(reached: &Reached, trials: u64) -> Vec<String> {
    let days = match reached.working_days {
        1 => "1 working day".to_owned(),
        days => format!("{days} working days"),
    };
    if reached.known.is_empty() && reached.open.is_empty() {
        return vec!["precision: no outcome here has a date to be known better".to_owned()];
    }
    let mut lines = Vec::new();
    if !reached.known.is_empty() {
        let names: Vec<String> = reached.known.iter().map(ToString::to_string).collect();
        lines.push(format!(
            "precision: P80 of {} is known to {days} either way, by {trials} trials",
            names.join(", ")
        ));
    }
    if !reached.open.is_empty() {
        let names: Vec<String> = reached.open.iter().map(ToString::to_string).collect();
        lines.push(format!(
            "precision: P80 of {} is not known to {days} even by {trials} trials, the most that are run",
            names.join(", ")
        ));
    }
    lines
}

fn net(policy: &PolicyForecast, index: usize) -> String {
    // The account is the plan's, so it stands once.
    match &policy.worth {
        NetValue::Money(account) if index == 0 => amount(account.net),
        _ => String::new(),
    }
}

pub(crate) fn needed_by(needed_by: &NeededBy, near: Date) -> Option<String> {
    Some(match needed_by {
        NeededBy::On(date) => format!("needed by {}", date.in_words(near)),
        NeededBy::Passed { working_days: 1 } => "was needed 1 working day ago".into(),
        NeededBy::Passed { working_days } => format!("was needed {working_days} working days ago"),
        NeededBy::NoDue => "no due date, so no needed-by".into(),
        NeededBy::NotNeeded | NeededBy::TooLittleData(_) => return None,
    })
}

pub(crate) fn decide_by(decide_by: &DecideBy, near: Date) -> Option<String> {
    Some(match decide_by {
        DecideBy::On(date) => format!("decide by {}", date.in_words(near)),
        DecideBy::TooLate { weeks: Some(weeks) } => {
            format!("too late by {}: start now, cut scope or move the date", in_weeks(*weeks))
        }
        DecideBy::TooLate { weeks: None } => "the date is never reached: cut scope or move it".into(),
        DecideBy::NoFallback => "no decide-by: there is no fallback that nobody else can stop".into(),
        DecideBy::TooLittleData(lacks) => format!("no decide-by: too little data ({})", lacking(lacks)),
        DecideBy::NoDue | DecideBy::Taken | DecideBy::NotNeeded => return None,
    })
}

/// Where the trials that looked for it leave decide-by open, from when to when.
fn decide_by_error(ask: &AskForecast, near: Date) -> String {
    let curve = ask.on_time_by_start.as_ref().filter(|_| ask.decide_by.date().is_some());
    match curve.map(|curve| (curve.from, curve.to)) {
        Some((Some(from), Some(to))) if from != to => {
            format!(" ({} to {})", from.short(near), to.short(near))
        }
        Some((None, Some(to))) => format!(" ({} at the latest, or too late already)", to.short(near)),
        _ => String::new(),
    }
}

pub(crate) fn best_start(best_start: &BestStart, near: Date) -> Option<String> {
    match best_start {
        BestStart::On { date, gain, before_decide_by: true, .. } => Some(format!(
            "best start {}, worth {} more than decide-by",
            if *date == near { "today".to_owned() } else { date.in_words(near) },
            gain.mean.rounded()
        )),
        _ => None,
    }
}

/// A chance with two standard errors of its sampling, in cases of 100: `56 ± 1`.
fn within(chance: Chance) -> String {
    format!("{} ± {}", chance.share.cases_of_100(), (200.0 * chance.error).ceil())
}

/// An amount with two standard errors of its sampling.
fn amount(amount: Amount) -> String {
    format!("{} ± {}", amount.mean.rounded(), (amount.error * 2.0).rounded())
}

pub(crate) fn certainty(certainty: &Certainty) -> Option<String> {
    Some(match certainty {
        Certainty::Worth { amount: worth, .. }
            if worth.mean.amount() > 2.0 * worth.error.amount() && worth.mean.amount() > 0.0 =>
        {
            format!("to know today whether and when it lands would be worth {}", amount(*worth))
        }
        Certainty::Worth { amount, .. } if amount.error.amount() < 0.5 => {
            "to know today when it lands would change nothing".into()
        }
        Certainty::Worth { amount, .. } => format!(
            "to know today when it lands is worth less than {}, if anything",
            (amount.mean + amount.error * 2.0).rounded()
        ),
        Certainty::TooLittleData(_) => "what knowing its landing is worth: too little data".into(),
        Certainty::Nothing | Certainty::NotSearched | Certainty::NoValue => return None,
    })
}

fn dropping(dropping: &Dropping) -> Option<String> {
    Some(match dropping {
        Dropping::Worth { gain, .. } if gain.mean.amount() > 0.0 => {
            format!("dropping it, and what it gates, gains {}", amount(*gain))
        }
        Dropping::Worth { gain, .. } => {
            let lost = Amount { mean: -gain.mean, ..*gain };
            format!("dropping it, and what it gates, loses {}", amount(lost))
        }
        Dropping::TooLittleData(_) => "what dropping it comes to: too little data".into(),
        Dropping::Nothing | Dropping::NotSearched | Dropping::NoValue => return None,
    })
}

pub(crate) fn lacking(lacks: &[Lack]) -> String {
    let words: Vec<String> = lacks
        .iter()
        .map(|lack| match lack {
            Lack::Effort(work) => format!("{work} has no effort"),
            Lack::Create { ask, fallback } => format!("{fallback} of {ask} has no `create`"),
            Lack::Work(outcome) => format!("nothing says what {outcome} takes"),
        })
        .collect();
    words.join(", ")
}

fn note_words(note: &Note, organisation: &Organisation) -> String {
    let name = |team: &kedge_model::TeamId| {
        organisation.team(team).map_or_else(|| team.to_string(), |it| it.name().to_owned())
    };
    match note {
        Note::CapacityUnknown(team) => format!("capacity of {} unknown: its items do not queue", name(team)),
        Note::CrewTooLarge(work) => format!("{work} needs more people than its team has, and never starts"),
        Note::NothingLeft { team, per_mille } => {
            format!("{} had no time left to start anything in {} of 1,000 cases", name(team), per_mille)
        }
        Note::NoDue(outcome) => format!("{outcome} has no due date, and its plan no period"),
        Note::Untimed(work) => format!("{work} has no effort and takes no time here: dates may come later"),
        Note::FewCases { of, cases: 1 } => {
            format!("too little data: {of} rests on one past case, taken as a lone estimate")
        }
        Note::FewCases { of, cases } => format!(
            "too little data: {of} rests on {cases} past cases where {ENOUGH_CASES} are needed; its interval is \
             widened as for so few"
        ),
    }
}
