//! What people record: `answer`, `asked`, `accept`, `withdraw`, `take`, `land`, `confirm`, `sign`, `done`, and `undo`.

use super::{Session, print_json};
use crate::arguments::{
    Answer, Confirm, Done, HostChoice, Record, RecordVerb, SaysChoice, Sign, SignsChoice, Take,
};
use crate::failure::{Exit, Failure};
use crate::find::{self, Thing};
use crate::terminal::Tone;
use crate::terminal::say;
use kedge_model::{
    Act, AskId, Date, Effort, Host, NeedRelation, PersonId, PriceRate, Says, Signs, Stance, TeamId, WorkId,
};
use kedge_workspace::{Answers, UndoError};

/// Records what the verb says.
pub(crate) fn run(session: &Session, verb: &RecordVerb) -> Result<Exit, Failure> {
    let answers = session.to_record()?;
    let organisation = &answers.organisation;
    let today = answers.as_of;
    let day = |record: &Record| record.on.unwrap_or(today);
    let (act, what, record) = match verb {
        RecordVerb::Answer(answer) => return run_answer(session, &answers, answer),
        RecordVerb::Land { ask, line, record } => {
            let asks = asks_of(&answers, ask, *line)?;
            let on = day(record);
            let says = Says::Landed { since: on };
            let acts = asks.iter().map(|ask| {
                let (ask, says) = (ask.clone(), says.clone());
                Act::Answer { ask, by: None, on, says, work: None, why: None }
            });
            let has = if asks.len() == 1 { "has" } else { "have" };
            let what = format!("{} {has} landed", names(&asks));
            return write_all(session, &answers, &acts.collect::<Vec<_>>(), &what, (&asks, *line), *record);
        }
        RecordVerb::Asked { ask, how, record } => {
            let ask = find::ask(organisation, ask)?;
            let what = format!("{ask} was asked");
            (Act::Asked { ask, on: day(record), how: how.clone() }, what, record)
        }
        RecordVerb::Accept { ask, record } => {
            let ask = find::ask(organisation, ask)?;
            let what = format!("the counter-offer to {ask} is accepted");
            (Act::Accept { ask, on: day(record) }, what, record)
        }
        RecordVerb::Withdraw { ask, record } => {
            let ask = find::ask(organisation, ask)?;
            let what = format!("{ask} is withdrawn");
            (Act::Withdraw { ask, on: day(record) }, what, record)
        }
        RecordVerb::Take(Take { ask, fallback, start, record }) => {
            let ask = find::ask(organisation, ask)?;
            let first = || organisation.ask(&ask)?.fallbacks.first().map(|fallback| fallback.id.clone());
            let name = fallback.clone().or_else(first).map_or_else(String::new, |name| format!(" ({name})"));
            if let Some(start) = start {
                let start = match start.as_str() {
                    "now" => Stance::Now,
                    "decide-by" => Stance::DecideBy,
                    date => Stance::On(date.parse::<Date>().map_err(|error| {
                        Failure::from(error)
                            .hint("write `--start now`, `--start decide-by` or `--start 2026-11-02`")
                    })?),
                };
                let when = match start {
                    Stance::Now => "now".to_owned(),
                    Stance::DecideBy => "at decide-by".to_owned(),
                    Stance::On(date) => format!("on {date}"),
                };
                let what = format!("the fallback of {ask}{name} starts {when}");
                (Act::Stance { ask, fallback: fallback.clone(), start }, what, record)
            } else {
                let what = format!("the fallback of {ask}{name} is taken");
                (Act::Take { ask, fallback: fallback.clone(), on: day(record) }, what, record)
            }
        }
        RecordVerb::Confirm(Confirm { outcome, value, who, record }) => {
            let Thing::Outcome(outcome) = find::thing(organisation, outcome)? else {
                return Err(Failure::new(format!("`{outcome}` is no outcome"))
                    .hint("a value is confirmed of an outcome, `team/outcome`"));
            };
            let value = value.parse::<PriceRate>()?;
            let who = PersonId::parse(who, &TeamId::council())?;
            let what = format!("{who} confirms {value} for {outcome}");
            (Act::Confirm { outcome, value, who, on: day(record) }, what, record)
        }
        RecordVerb::Sign(Sign { what, team, says, adopt, alone, record }) => {
            let under = find::signed_thing(organisation, what)?;
            let by = find::team(organisation, team)?;
            let effort = |text: &Option<String>| text.as_ref().map(|text| text.parse::<Effort>()).transpose();
            let (adopt, alone) = (effort(adopt)?, effort(alone)?);
            let (says, word) = match says {
                SignsChoice::Signed => (Signs::Signed, "signs"),
                SignsChoice::Considering => (Signs::Considering, "considers"),
                SignsChoice::Declined => (Signs::Declined, "declines"),
            };
            let what = format!("{by} {word} {under}");
            (Act::Sign(kedge_model::Sign { under, by, on: day(record), says, adopt, alone }), what, record)
        }
        RecordVerb::Done(Done { what, fallback, migrated, record }) => {
            let on = day(record);
            match find::thing(organisation, what)? {
                Thing::Work(work) => {
                    let what = format!("{work} is done");
                    (Act::Done { work, on }, what, record)
                }
                Thing::Outcome(outcome) => {
                    let what = format!("{outcome} is live");
                    (Act::Live { outcome, on }, what, record)
                }
                Thing::Ask(ask) if *migrated => {
                    let what = format!("the fallback of {ask} is left for the real thing");
                    (Act::Migrated { ask, fallback: fallback.clone(), on }, what, record)
                }
                Thing::Ask(ask) => {
                    let what = format!("the fallback of {ask} is live");
                    (Act::FallbackLive { ask, fallback: fallback.clone(), on }, what, record)
                }
            }
        }
    };
    let changes = act.changes(organisation)?;
    session.write(&what, &changes, record.dry_run)
}

/// What the asked team says, or whoever a fallback needs a yes from: to one ask, or to all that are one need.
fn run_answer(session: &Session, answers: &Answers, answer: &Answer) -> Result<Exit, Failure> {
    let Answer { ask, says, by, offer, until, work, why, host, guide, team, line, record } = answer;
    let organisation = &answers.organisation;
    let asks = asks_of(answers, ask, *line)?;
    let on = record.on.unwrap_or(answers.as_of);
    let team = team.as_deref().map(|team| find::team_or_council(organisation, team)).transpose()?;
    let asked = asks.first().and_then(|ask| organisation.ask(ask)).map(|it| it.to.clone());
    let own = team.clone().or(asked).ok_or_else(|| Failure::new("nobody is asked"))?;
    let named = names(&asks);
    let (acts, what): (Vec<Act>, String) = if let Some(host) = host {
        let guide = guide.as_deref().map(|guide| PersonId::parse(guide, &own)).transpose()?;
        let (host, word) = match host {
            HostChoice::Welcome => (Host::Welcome, "would host an away team"),
            HostChoice::Unable => (Host::Unable, "cannot host an away team"),
        };
        let act = |ask: &AskId| {
            let (ask, by, guide) = (ask.clone(), team.clone(), guide.clone());
            Act::Host { ask, by, on, host, guide }
        };
        (asks.iter().map(act).collect(), format!("{own} {word} for {named}"))
    } else if let Some(says) = says {
        let work = work.as_deref().map(|work| WorkId::parse(work, &own)).transpose()?;
        let says = says_of(*says, on, *by, offer.clone(), *until)?;
        let until = by.map(|by| format!(" by {by}")).unwrap_or_default();
        let what = format!("{own} answers {named}: {}{until}", says.word());
        let act = |ask: &AskId| {
            let (ask, by, says) = (ask.clone(), team.clone(), says.clone());
            Act::Answer { ask, by, on, says, work: work.clone(), why: why.clone() }
        };
        (asks.iter().map(act).collect(), what)
    } else {
        return Err(Failure::new("an answer says something, or --host does"));
    };
    write_all(session, answers, &acts, &what, (&asks, *line), *record)
}

/// The asks that a name means: one, or all open ones of a need; with `line` all that the queue has on one line with it.
fn asks_of(answers: &Answers, name: &str, line: bool) -> Result<Vec<AskId>, Failure> {
    let organisation = &answers.organisation;
    let asks = match find::need(organisation, name) {
        Some(need) => {
            let is_open = |ask: &&AskId| {
                organisation.ask(ask).is_some_and(|ask| !organisation.ask_state(ask).is_open())
            };
            let joined = match &need.relation {
                NeedRelation::Joins(asks) => asks.as_slice(),
                NeedRelation::KeepsApart(_) => &[],
            };
            let open: Vec<AskId> = joined.iter().filter(is_open).cloned().collect();
            if open.is_empty() {
                return Err(Failure::new(format!("no ask that {} joins is open", need.id)));
            }
            open
        }
        None => vec![find::ask(organisation, name)?],
    };
    let first = asks.first().filter(|_| line);
    let on_line = first.and_then(|ask| others_on_line(answers, ask));
    Ok(on_line.unwrap_or(asks))
}

/// All asks of the line of the queue that an ask is on, where it is not alone there.
fn others_on_line(answers: &Answers, ask: &AskId) -> Option<Vec<AskId>> {
    let queue = answers.queue(None);
    let asks = &queue.line(ask.reference())?.asks;
    (asks.len() > 1).then(|| asks.iter().map(|it| it.ask.clone()).collect())
}

fn names(asks: &[AskId]) -> String {
    kedge_model::listed(asks.iter().map(ToString::to_string))
}

/// Records what was said to several asks in one step: all of it or nothing, taken back as one. Of one that is on a line with
/// others it is said that they can be answered with it.
fn write_all(
    session: &Session,
    answers: &Answers,
    acts: &[Act],
    what: &str,
    (asks, line): (&[AskId], bool),
    record: Record,
) -> Result<Exit, Failure> {
    let mut changes = Vec::new();
    for act in acts {
        changes.extend(act.changes(&answers.organisation)?);
    }
    let exit = session.write(what, &changes, record.dry_run)?;
    if let [ask] = asks
        && !line
        && !session.json
        && let Some(all) = others_on_line(answers, ask)
    {
        let others: Vec<AskId> = all.into_iter().filter(|other| other != ask).collect();
        let hint = format!("It is one need with {}: --line says it to all of them.", names(&others));
        say!("{}", session.terminal.paint(Tone::Soft, hint));
    }
    Ok(exit)
}

fn says_of(
    says: SaysChoice,
    on: Date,
    by: Option<Date>,
    offer: Option<String>,
    until: Option<Date>,
) -> Result<Says, Failure> {
    Ok(match says {
        SaysChoice::Considering => Says::Considering { until },
        SaysChoice::Countered => Says::Countered {
            offer: offer.ok_or_else(|| {
                Failure::new("a counter-offer says what it offers").hint("add --offer TEXT")
            })?,
            by,
        },
        SaysChoice::Committed => Says::Committed {
            by: by.ok_or_else(|| Failure::new("a commitment says by when").hint("add --by DATE"))?,
        },
        SaysChoice::Declined => Says::Declined,
        SaysChoice::Landed => Says::Landed { since: on },
        SaysChoice::Dropped => Says::Dropped,
    })
}

/// Takes back the last step recorded here.
pub(crate) fn undo(session: &Session, forget: bool) -> Result<Exit, Failure> {
    if forget {
        let step = session.workspace.forget_last_step().map_err(Failure::new)?;
        if session.json {
            print_json(&serde_json::json!({ "forgotten": step.what }))?;
        } else {
            say!("{} {}", session.terminal.paint(Tone::Strong, "Left as it is:"), step.what);
        }
        return Ok(Exit::Fine);
    }
    let step = session.workspace.undo().map_err(|error| match error {
        edited @ UndoError::Edited { .. } => Failure::new(edited)
            .hint("change it back by hand; `kedge undo --forget` drops it, so that the step before it can be undone"),
        other => Failure::new(other),
    })?;
    if session.json {
        print_json(&serde_json::json!({ "undone": step.what, "files": paths(&step.edits) }))?;
    } else {
        say!("{} {}", session.terminal.paint(Tone::Strong, "Taken back:"), step.what);
        for path in paths(&step.edits) {
            say!("  {path}");
        }
    }
    Ok(Exit::Fine)
}

pub(crate) fn paths(edits: &[kedge_workspace::Edit]) -> Vec<&str> {
    edits.iter().map(|edit| edit.path.as_str()).collect()
}
