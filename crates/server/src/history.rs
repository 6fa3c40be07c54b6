//! What was written into the store, as pages and as data.

use crate::api::{error, json_response};
use crate::routes::{not_found, page_of};
use crate::shown::Shared;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kedge_pages::{self as pages, TextBetween, WRITES_ON_A_PAGE, Write, Writes};
use kedge_workspace::{StoreTrouble, Written, last_that_stands};
use serde::Deserialize;
use std::sync::Arc;

/// Which writes; all where absent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    /// Only those that changed texts whose path begins so.
    of: String,
    /// Only those before the write of this number.
    before: Option<u64>,
}

async fn written(shared: &Arc<Shared>) -> Result<Option<Vec<Written>>, String> {
    let reading = shared.clone();
    let history = tokio::task::spawn_blocking(move || reading.workspace.history()).await;
    let history = history.map_err(|_| "reading the history ended half-way".to_owned())?;
    history.map_err(|trouble: StoreTrouble| trouble.to_string())
}

/// The writes that are asked for, the newest first, and of how many.
fn chosen<'a>(history: &'a [Written], which: &Which) -> (Vec<&'a Written>, usize) {
    let of = || history.iter().rev().filter(|it| it.changed(&which.of));
    (of().filter(|it| which.before.is_none_or(|before| it.number < before)).collect(), of().count())
}

fn texts(write: &Written) -> Vec<TextBetween<'_>> {
    let edits = write.step.edits.iter();
    edits
        .map(|edit| TextBetween {
            path: &edit.path,
            before: edit.before.as_deref(),
            after: edit.after.as_deref(),
        })
        .collect()
}

fn shown<'a>(history: &'a [Written], write: &'a Written, texts: &'a [TextBetween<'a>]) -> Write<'a> {
    Write {
        number: write.number,
        on: write.step.on,
        what: &write.step.what,
        texts,
        taken_back_by: history.iter().find(|it| it.takes_back == Some(write.number)).map(|it| it.number),
        is_next_to_undo: last_that_stands(history).is_some_and(|last| last.number == write.number),
    }
}

/// `GET /history`
pub(crate) async fn history(State(shared): State<Arc<Shared>>, Query(which): Query<Which>) -> Response {
    let history = match written(&shared).await {
        Ok(history) => history,
        Err(why) => return not_found(&shared, &why),
    };
    page_of(
        &shared.shown(),
        |frame, _| {
            let Some(history) = &history else { return Some(pages::history(frame, None)) };
            let (some, all) = chosen(history, &which);
            let first: Vec<_> =
                some.iter().take(WRITES_ON_A_PAGE).map(|write| (*write, texts(write))).collect();
            let writes: Vec<Write<'_>> =
                first.iter().map(|(write, texts)| shown(history, write, texts)).collect();
            let older = some.len() > writes.len();
            Some(pages::history(frame, Some(&Writes { shown: &writes, all, of: &which.of, older })))
        },
        "",
    )
}

/// `GET /history/{number}`
pub(crate) async fn write(State(shared): State<Arc<Shared>>, Path(number): Path<String>) -> Response {
    let history = match written(&shared).await {
        Ok(history) => history.unwrap_or_default(),
        Err(why) => return not_found(&shared, &why),
    };
    page_of(
        &shared.shown(),
        |frame, _| {
            let write = history.iter().find(|it| it.number.to_string() == number)?;
            let has_later = history.last().is_some_and(|last| last.number > write.number);
            Some(pages::write(frame, &shown(&history, write, &texts(write)), has_later))
        },
        &format!("there is no write {number}"),
    )
}

/// `GET /api/history`: the writes, the newest first, with the texts before and after.
pub(crate) async fn api_history(State(shared): State<Arc<Shared>>, Query(which): Query<Which>) -> Response {
    match written(&shared).await {
        Ok(history) => {
            let history = history.unwrap_or_default();
            let writes: Vec<_> = chosen(&history, &which).0.into_iter().map(Written::in_json).collect();
            json_response(StatusCode::OK, &writes)
        }
        Err(why) => error(StatusCode::CONFLICT, &why),
    }
}
