//! What people record: `answer`, `asked`, `accept`, `withdraw`, `take`, `land`, `confirm`, `done`, and `undo`.

use super::{Session, print_json};
use crate::arguments::{Answer, Confirm, Done, HostChoice, Record, RecordVerb, SaysChoice, Take};
use crate::failure::{Exit, Failure};
use crate::find::{self, Thing};
use crate::terminal::Tone;
use crate::terminal::say;
use kedge_model::{Act, Date, Host, PersonId, PriceRate, Says, Stance, TeamId, WorkId};
use kedge_workspace::UndoError;

/// Records what the verb says.
pub(crate) fn run(session: &Session, verb: &RecordVerb) -> Result<Exit, Failure> {
    let answers = session.to_record()?;
    let organisation = &answers.organisation;
    let today = answers.as_of;
    let day = |record: &Record| record.on.unwrap_or(today);
    let (act, what, record) = match verb {
        RecordVerb::Answer(Answer { ask, says, by, offer, until, work, why, host, guide, record }) => {
            let ask = find::ask(organisation, ask)?;
            let on = day(record);
            let to = organisation.ask(&ask).map(|it| it.to.clone());
            let own = to.clone().unwrap_or_else(|| ask.team().clone());
            if let Some(host) = host {
                let guide = guide.as_deref().map(|guide| PersonId::parse(guide, &own)).transpose()?;
                let host = if *host == HostChoice::Welcome { Host::Welcome } else { Host::Unable };
                let word = if host == Host::Welcome {
                    "would host an away team"
                } else {
                    "cannot host an away team"
                };
                let what = format!("{own} {word} for {ask}");
                (Act::Host { ask, on, host, guide }, what, record)
            } else if let Some(says) = says {
                let work = work.as_deref().map(|work| WorkId::parse(work, &own)).transpose()?;
                let says = says_of(*says, on, *by, offer.clone(), *until)?;
                let until = by.map(|by| format!(" by {by}")).unwrap_or_default();
                let what = format!("{own} answers {ask}: {}{until}", says.word());
                (Act::Answer { ask, on, says, work, why: why.clone() }, what, record)
            } else {
                return Err(Failure::new("an answer says something, or --host does"));
            }
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
        RecordVerb::Land { ask, record } => {
            let ask = find::ask(organisation, ask)?;
            let on = day(record);
            let what = format!("{ask} has landed");
            (Act::Answer { ask, on, says: Says::Landed { since: on }, work: None, why: None }, what, record)
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
