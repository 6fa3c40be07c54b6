//! What people record from a page: a form becomes an act, the act changes, the changes edits of the plan files.

use crate::shown::Shared;
use axum::extract::{Form, State};
use axum::http::header::REFERER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use kedge_model::{
    Act, AskId, Date, Host, OutcomeId, PersonId, PriceRate, Says, Sign, SignedThing, Signs, Slug, Stance,
    TeamId,
};
use kedge_pages::link;
use kedge_workspace::CommentError;
use serde::Deserialize;
use std::sync::Arc;

/// The fields that the forms of the pages send; each act uses some.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fields {
    token: String,
    act: String,
    ask: String,
    fallback: String,
    start: String,
    says: String,
    by: String,
    offer: String,
    why: String,
    host: String,
    /// Who says it, where that is not the asked team.
    team: String,
    how: String,
    outcome: String,
    value: String,
    who: String,
    /// What is signed: `proposal NAME` or `contract NAME`.
    under: String,
    /// What is commented on, and what is said.
    about: String,
    text: String,
    /// The page to go back to, where it is not the one that the form was sent from.
    back: String,
    /// What is moved in an order, and where.
    pub(crate) line: String,
    pub(crate) to: String,
    pub(crate) beside: String,
}

/// `POST /act`: records one act and leads back to the page that it was sent from.
pub(crate) async fn act(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let is_ours = fields.back.starts_with('/') && !fields.back.starts_with("//");
    let back = if is_ours { fields.back.clone() } else { back(&headers) };
    if !shared.token.is(&fields.token) {
        return refused(&shared, StatusCode::FORBIDDEN, OLD_PAGE, &back);
    }
    let Some(answers) = shared.workspace.snapshot().answers else {
        return refused(&shared, StatusCode::CONFLICT, "the plan files do not load", &back);
    };
    if fields.act == "comment" || fields.act == "remove-comment" {
        return comment(&shared, fields, &back).await;
    }
    let of_priority = crate::priority_acts::read(&fields.act, &fields.ask, &fields, &answers);
    let (acts, what) = match of_priority.unwrap_or_else(|| read(&fields, answers.as_of)) {
        Ok(read) => read,
        Err(why) => return refused(&shared, StatusCode::UNPROCESSABLE_ENTITY, &why, &back),
    };
    let mut changes = Vec::new();
    for act in acts {
        match act.changes(&answers.organisation) {
            Ok(of_act) => changes.extend(of_act),
            Err(error) => return refused(&shared, StatusCode::CONFLICT, &error.to_string(), &back),
        }
    }
    let recording = shared.clone();
    let words = what.clone();
    let recorded = tokio::task::spawn_blocking(move || recording.workspace.record(&words, &changes)).await;
    match recorded {
        Ok(Ok(recorded)) if recorded.edits.is_empty() => {
            refused(&shared, StatusCode::CONFLICT, "nothing changes: the files say so already", &back)
        }
        Ok(Ok(recorded)) => {
            shared.set_done(recorded.undoable.then_some(what));
            Redirect::to(&back).into_response()
        }
        Ok(Err(error)) => refused(&shared, StatusCode::CONFLICT, &error.to_string(), &back),
        Err(_) => refused(
            &shared,
            StatusCode::INTERNAL_SERVER_ERROR,
            "the recording ended half-way; look at the files",
            &back,
        ),
    }
}

/// Keeps or removes a comment, and leads back to the comments.
async fn comment(shared: &Arc<Shared>, fields: Fields, back: &str) -> Response {
    let keeping = shared.clone();
    let kept = tokio::task::spawn_blocking(move || {
        if fields.act == "remove-comment" {
            let comment = keeping.workspace.remove_comment(&fields.line)?;
            return Ok(format!("removed the comment of {} on {}", comment.by, comment.about));
        }
        let (about, by) = (fields.about.parse()?, fields.team.parse()?);
        let comment = keeping.workspace.comment(about, by, &fields.text)?.comment;
        Ok::<_, CommentError>(format!("{} commented on {}", comment.by, comment.about))
    });
    match kept.await {
        Ok(Ok(what)) => {
            shared.set_done(Some(what));
            let page = back.split('#').next().unwrap_or(back);
            Redirect::to(&format!("{page}#comments")).into_response()
        }
        Ok(Err(error @ CommentError::Text(_))) => {
            refused(shared, StatusCode::UNPROCESSABLE_ENTITY, &error.to_string(), back)
        }
        Ok(Err(error)) => refused(shared, StatusCode::CONFLICT, &error.to_string(), back),
        Err(_) => refused(
            shared,
            StatusCode::INTERNAL_SERVER_ERROR,
            "keeping the comment ended half-way; look whether it is there",
            back,
        ),
    }
}

const OLD_PAGE: &str = "this page is of an earlier run of the server; load it again and repeat what you did";

/// The fields that undo sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct UndoFields {
    token: String,
    /// Of a store: the write that is to be taken back, as the history shows it.
    number: Option<u64>,
}

/// `POST /undo`: takes back what was recorded last.
pub(crate) async fn undo(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(fields): Form<UndoFields>,
) -> Response {
    let back = back(&headers);
    if !shared.token.is(&fields.token) {
        return refused(&shared, StatusCode::FORBIDDEN, OLD_PAGE, &back);
    }
    let undoing = shared.clone();
    let undo = move || match fields.number {
        Some(number) => undoing.workspace.undo_write(number),
        None => undoing.workspace.undo(),
    };
    match tokio::task::spawn_blocking(undo).await {
        Ok(Ok(_)) => {
            shared.set_done(None);
            Redirect::to(&back).into_response()
        }
        Ok(Err(error)) => refused(&shared, StatusCode::CONFLICT, &error.to_string(), &back),
        Err(_) => refused(
            &shared,
            StatusCode::INTERNAL_SERVER_ERROR,
            "undoing ended half-way; look at the files",
            &back,
        ),
    }
}

fn refused(shared: &Shared, status: StatusCode, why: &str, back: &str) -> Response {
    (status, axum::response::Html(kedge_pages::refused(why, back, shared.version()).into_string()))
        .into_response()
}

/// The page that a form was sent from, as a path of our own; the overview where it is not said.
fn back(headers: &HeaderMap) -> String {
    let path = headers
        .get(REFERER)
        .and_then(|referer| referer.to_str().ok())
        .and_then(|referer| referer.strip_prefix("http://"))
        .and_then(|rest| rest.find('/').map(|at| rest[at..].to_owned()));
    // `//host/path` would lead to another site.
    path.filter(|path| !path.starts_with("//")).unwrap_or_else(|| link::OVERVIEW.to_owned())
}

/// The acts that a form means, and what they do in words; otherwise why it means none.
///
/// What is said to asks that are one need is said to each of them, in one step: `ask` then names them all, with commas
/// between.
fn read(fields: &Fields, on: Date) -> Result<(Vec<Act>, String), String> {
    if fields.act == "confirm" {
        return confirmed(fields, on);
    }
    if fields.act == "sign" {
        return signed(fields, on);
    }
    let names: Vec<&str> = fields.ask.split(',').collect();
    let (mut acts, mut words) = (Vec::new(), Vec::new());
    for ask in names {
        let (act, what) = of_ask(fields, ask, on)?;
        acts.push(act);
        words.push(what);
    }
    Ok((acts, words.join("; ")))
}

/// A value that was confirmed.
fn confirmed(fields: &Fields, on: Date) -> Result<(Vec<Act>, String), String> {
    let wrong = |error: kedge_model::LiteralError| error.to_string();
    let outcome: OutcomeId = fields.outcome.parse().map_err(wrong)?;
    let value: PriceRate = fields.value.trim().parse().map_err(wrong)?;
    let who = PersonId::parse(fields.who.trim(), &TeamId::council()).map_err(wrong)?;
    let what = format!("{who} confirmed {value} for {outcome} on {on}");
    Ok((vec![Act::Confirm { outcome, value, who, on }], what))
}

/// What a team says to a proposal or a contract.
fn signed(fields: &Fields, on: Date) -> Result<(Vec<Act>, String), String> {
    let wrong = |error: kedge_model::LiteralError| error.to_string();
    let under = match fields.under.split_once(' ') {
        Some(("proposal", name)) => SignedThing::Proposal(name.parse().map_err(wrong)?),
        Some(("contract", name)) => SignedThing::Contract(name.parse().map_err(wrong)?),
        _ => return Err(format!("`{}` is nothing that is signed", fields.under)),
    };
    let by: TeamId = fields.team.parse().map_err(wrong)?;
    let (says, word) = match fields.says.as_str() {
        "signed" => (Signs::Signed, "signed"),
        "considering" => (Signs::Considering, "is considering"),
        "declined" => (Signs::Declined, "declined"),
        other => return Err(format!("`{other}` is nothing that is said to a proposal")),
    };
    let what = format!("{by} {word} {under} on {on}");
    Ok((vec![Act::Sign(Sign { under, by, on, says, adopt: None, alone: None })], what))
}

/// What a form means for one ask.
fn of_ask(fields: &Fields, ask: &str, on: Date) -> Result<(Act, String), String> {
    let ask: AskId = ask.trim().parse().map_err(|error: kedge_model::LiteralError| error.to_string())?;
    let fallback = || match fields.fallback.as_str() {
        "" => Ok(None),
        name => Slug::new(name).map(Some).map_err(|error| error.to_string()),
    };
    let named = |fallback: &Option<Slug>| {
        fallback.as_ref().map_or_else(|| "the fallback".to_owned(), |it| format!("“{it}”"))
    };
    let date = |text: &str, what: &str| {
        text.parse::<Date>().map_err(|_| format!("`{text}` is not a day: say {what} as in 2026-12-10"))
    };
    let by = (!fields.team.is_empty()).then(|| fields.team.parse::<TeamId>()).transpose();
    let by = by.map_err(|error| error.to_string())?;
    let who = by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    Ok(match fields.act.as_str() {
        "take" => {
            let fallback = fallback()?;
            let what = format!("{} of {ask} was started on {on}", named(&fallback));
            (Act::Take { ask, fallback, on }, what)
        }
        "live" => {
            let fallback = fallback()?;
            let what = format!("{} of {ask} went live on {on}", named(&fallback));
            (Act::FallbackLive { ask, fallback, on }, what)
        }
        "migrated" => {
            let fallback = fallback()?;
            let what = format!("{} of {ask} was left for the real thing on {on}", named(&fallback));
            (Act::Migrated { ask, fallback, on }, what)
        }
        "stance" => {
            let fallback = fallback()?;
            let start = match fields.start.as_str() {
                "now" => Stance::Now,
                "decide-by" => Stance::DecideBy,
                day => Stance::On(date(day, "when to start")?),
            };
            let when = match start {
                Stance::Now => "now".to_owned(),
                Stance::DecideBy => "at its decide-by".to_owned(),
                Stance::On(day) => format!("on {day}"),
            };
            let what = format!("{} of {ask} is to start {when}", named(&fallback));
            (Act::Stance { ask, fallback, start }, what)
        }
        "asked" => {
            let how = fields.how.split_whitespace().collect::<Vec<_>>().join(" ");
            let how = (!how.is_empty()).then_some(how);
            let where_to = how.as_deref().map(|how| format!(": {how}")).unwrap_or_default();
            let what = format!("{ask} was asked on {on}{where_to}");
            (Act::Asked { ask, on, how }, what)
        }
        "host" => {
            let (host, word) = match fields.host.as_str() {
                "welcome" => (Host::Welcome, "an away team is welcome"),
                "unable" => (Host::Unable, "no away team can be hosted"),
                other => return Err(format!("`{other}` says nothing about an away team")),
            };
            let what = format!("{ask}: {word}, as said on {on}{who}");
            (Act::Host { ask, by, on, host, guide: None }, what)
        }
        "accept" => {
            let what = format!("the counter-offer to {ask} was accepted on {on}");
            (Act::Accept { ask, on }, what)
        }
        "withdraw" => {
            let what = format!("{ask} was withdrawn on {on}");
            (Act::Withdraw { ask, on }, what)
        }
        "land" => {
            let what = format!("{ask} landed on {on}");
            let says = Says::Landed { since: on };
            (Act::Answer { ask, by: None, on, says, work: None, why: None }, what)
        }
        "answer" => {
            let day = (!fields.by.is_empty()).then(|| date(&fields.by, "by when")).transpose()?;
            let why = (!fields.why.trim().is_empty()).then(|| fields.why.trim().to_owned());
            let says = match fields.says.as_str() {
                "considering" => Says::Considering { until: day },
                "committed" => Says::Committed { by: day.ok_or("a commitment says by which day")? },
                "countered" if fields.offer.trim().is_empty() => {
                    return Err("a counter-offer says what is offered".into());
                }
                "countered" => Says::Countered { offer: fields.offer.trim().to_owned(), by: day },
                "declined" => Says::Declined,
                "dropped" => Says::Dropped,
                other => return Err(format!("`{other}` is no answer")),
            };
            let what = format!("{ask}: the answer of {on}{who} is “{}”", says.word());
            (Act::Answer { ask, by, on, says, work: None, why }, what)
        }
        other => return Err(format!("`{other}` is nothing that a page records")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(act: &str) -> Fields {
        Fields { act: act.into(), ask: "checkout/reusable-token".into(), ..Fields::default() }
    }

    #[test]
    fn forms_become_acts() {
        let on: Date = "2026-10-14".parse().unwrap();
        let (acts, what) = read(&Fields { fallback: "hack".into(), ..fields("take") }, on).unwrap();
        assert!(matches!(acts[..], [Act::Take { fallback: Some(_), .. }]));
        assert_eq!(what, "“hack” of checkout/reusable-token was started on 2026-10-14");
        let committed = Fields { says: "committed".into(), ..fields("answer") };
        assert!(read(&committed, on).unwrap_err().contains("by which day"));
        let committed = Fields { by: "2026-11-20".into(), ..committed };
        let (acts, _) = read(&committed, on).unwrap();
        assert!(matches!(acts[..], [Act::Answer { says: Says::Committed { .. }, .. }]));
        // What is one need is answered in one step.
        let both = Fields { ask: "checkout/gift-ledger,returns/store-credit".into(), ..committed.clone() };
        assert_eq!(read(&both, on).unwrap().0.len(), 2);
        let (acts, what) =
            read(&Fields { how: " https://a.example/1\n".into(), ..fields("asked") }, on).unwrap();
        assert!(matches!(&acts[..], [Act::Asked { how: Some(how), .. }] if how == "https://a.example/1"));
        assert_eq!(what, "checkout/reusable-token was asked on 2026-10-14: https://a.example/1");
        let welcome = Fields { host: "welcome".into(), ..fields("host") };
        assert!(matches!(read(&welcome, on).unwrap().0[..], [Act::Host { host: Host::Welcome, .. }]));
        assert!(read(&fields("host"), on).is_err());
        let confirm = Fields {
            outcome: "checkout/one-tap".into(),
            value: "40k/week".into(),
            who: "council/ines".into(),
            ..fields("confirm")
        };
        assert!(matches!(read(&confirm, on).unwrap().0[..], [Act::Confirm { .. }]));
        assert!(read(&Fields { value: "much".into(), ..confirm }, on).is_err());
        let sign = Fields {
            under: "proposal payments/one-ledger".into(),
            team: "loyalty".into(),
            says: "signed".into(),
            ..fields("sign")
        };
        let (acts, what) = read(&sign, on).unwrap();
        assert!(matches!(acts[..], [Act::Sign(_)]));
        assert_eq!(what, "loyalty signed payments/one-ledger on 2026-10-14");
        assert!(read(&Fields { under: "hope".into(), ..sign }, on).is_err());
        assert!(read(&Fields { start: "soon".into(), ..fields("stance") }, on).is_err());
        assert!(read(&Fields { ask: "a".into(), ..fields("take") }, on).is_err());
        assert!(read(&fields("explode"), on).is_err());
    }

    #[test]
    fn back_never_leads_to_another_site() {
        let mut headers = HeaderMap::new();
        assert_eq!(back(&headers), "/");
        for (referer, path) in [
            ("http://localhost:4747/plans/checkout/one-tap", "/plans/checkout/one-tap"),
            ("http://localhost:4747//evil.example/", "/"),
            ("https://evil.example/a", "/"),
        ] {
            headers.insert(REFERER, referer.parse().unwrap());
            assert_eq!(back(&headers), path);
        }
    }
}
