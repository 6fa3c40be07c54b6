//! What people record from a page: a form becomes an act, the act changes, the changes edits of the plan files.

use crate::shown::Shared;
use axum::extract::{Form, State};
use axum::http::header::REFERER;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use kedge_model::{Act, AskId, Date, Says, Slug, Stance};
use kedge_pages::link;
use serde::Deserialize;
use std::sync::Arc;

/// The fields that the forms of the pages send; each act uses some.
#[derive(Debug, Default, Deserialize)]
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
}

/// `POST /act`: records one act and leads back to the page that it was sent from.
pub(crate) async fn act(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let back = back(&headers);
    if !shared.token.is(&fields.token) {
        return refused(&shared, StatusCode::FORBIDDEN, OLD_PAGE, &back);
    }
    let Some(answers) = shared.workspace.snapshot().answers else {
        return refused(&shared, StatusCode::CONFLICT, "the plan files do not load", &back);
    };
    let (act, what) = match read(&fields, answers.as_of) {
        Ok(read) => read,
        Err(why) => return refused(&shared, StatusCode::UNPROCESSABLE_ENTITY, &why, &back),
    };
    let changes = match act.changes(&answers.organisation) {
        Ok(changes) => changes,
        Err(error) => return refused(&shared, StatusCode::CONFLICT, &error.to_string(), &back),
    };
    let recording = shared.clone();
    let words = what.clone();
    let recorded = tokio::task::spawn_blocking(move || recording.workspace.record(&words, &changes)).await;
    match recorded {
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

const OLD_PAGE: &str = "this page is of an earlier run of the server; load it again and repeat what you did";

/// The field that undo sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct UndoFields {
    token: String,
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
    match tokio::task::spawn_blocking(move || undoing.workspace.undo()).await {
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

/// The act that a form means, and what it does in words; otherwise why it means none.
fn read(fields: &Fields, on: Date) -> Result<(Act, String), String> {
    let ask: AskId = fields.ask.parse().map_err(|error: kedge_model::LiteralError| error.to_string())?;
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
            let what = format!("{ask} was asked on {on}");
            (Act::Asked { ask, on, how: None }, what)
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
            (Act::Answer { ask, on, says, work: None, why: None }, what)
        }
        "answer" => {
            let by = (!fields.by.is_empty()).then(|| date(&fields.by, "by when")).transpose()?;
            let why = (!fields.why.trim().is_empty()).then(|| fields.why.trim().to_owned());
            let says = match fields.says.as_str() {
                "considering" => Says::Considering { until: by },
                "committed" => Says::Committed { by: by.ok_or("a commitment says by which day")? },
                "countered" if fields.offer.trim().is_empty() => {
                    return Err("a counter-offer says what is offered".into());
                }
                "countered" => Says::Countered { offer: fields.offer.trim().to_owned(), by },
                "declined" => Says::Declined,
                "dropped" => Says::Dropped,
                other => return Err(format!("`{other}` is no answer")),
            };
            let what = format!("{ask}: the answer of {on} is “{}”", says.word());
            (Act::Answer { ask, on, says, work: None, why }, what)
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
        let (act, what) = read(&Fields { fallback: "hack".into(), ..fields("take") }, on).unwrap();
        assert!(matches!(act, Act::Take { fallback: Some(_), .. }));
        assert_eq!(what, "“hack” of checkout/reusable-token was started on 2026-10-14");
        let committed = Fields { says: "committed".into(), ..fields("answer") };
        assert!(read(&committed, on).unwrap_err().contains("by which day"));
        let committed = Fields { by: "2026-11-20".into(), ..committed };
        assert!(matches!(read(&committed, on), Ok((Act::Answer { says: Says::Committed { .. }, .. }, _))));
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
