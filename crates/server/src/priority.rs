//! The queue and the council: their pages, what a move in them would do, and their answers in the API.

use crate::api::{answer, error, json_response};
use crate::routes::{not_found, page_of};
use crate::shown::{PATIENCE, Shared, order_answer, soon};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kedge_decide::{CouncilMoved, CouncilMoving, Destination, MoveError, Moved, Moving, move_ranked};
use kedge_model::{InitiativeId, LiteralError, Reference, TeamId};
use kedge_pages::{self as pages, Preview};
use kedge_workspace::Answers;
use serde::Deserialize;
use std::sync::Arc;
use std::time::Instant;

/// A move, as a page or a program asks for it: `?move=checkout/reusable-token&before=loyalty/ledger-events`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    #[serde(alias = "line")]
    r#move: Option<String>,
    before: Option<String>,
    after: Option<String>,
    /// `first` or `last`.
    to: Option<String>,
}

impl Asked {
    pub(crate) fn new(line: &str, to: &str, beside: &str) -> Self {
        let beside = |side: &str| (to == side).then(|| beside.to_owned());
        Self {
            r#move: Some(line.to_owned()),
            before: beside("before"),
            after: beside("after"),
            to: Some(to.to_owned()),
        }
    }

    /// What is moved where; `None` where no move was asked for.
    fn read(&self) -> Option<Result<(Reference, Destination), String>> {
        let line = self.r#move.as_deref()?;
        Some(self.read_move(line).map_err(|wrong| wrong.to_string()))
    }

    fn read_move(&self, line: &str) -> Result<(Reference, Destination), LiteralError> {
        let destination = match (&self.before, &self.after, self.to.as_deref()) {
            (Some(other), _, _) => Destination::Before(reference(other)?),
            (None, Some(other), _) => Destination::After(reference(other)?),
            (None, None, Some("first")) => Destination::First,
            (None, None, _) => Destination::Last,
        };
        Ok((reference(line)?, destination))
    }

    /// The new order of a team's queue.
    pub(crate) fn in_queue(&self, answers: &Answers) -> Option<Result<Moving, String>> {
        let (line, to) = match self.read()? {
            Ok(read) => read,
            Err(why) => return Some(Err(why)),
        };
        Some(answers.moving(&line, &to).map_err(|why: MoveError| why.to_string()))
    }

    /// The new rank of the council.
    pub(crate) fn in_council(&self, answers: &Answers) -> Option<Result<CouncilMoving, String>> {
        let (name, to) = match self.read()? {
            Ok(read) => read,
            Err(why) => return Some(Err(why)),
        };
        Some(move_ranked(&answers.organisation, &name, &to).map_err(|why| why.to_string()))
    }
}

/// `team/id`; a bare name is an initiative's.
fn reference(text: &str) -> Result<Reference, LiteralError> {
    InitiativeId::parse(text, &TeamId::council()).map(Reference::from)
}

pub(crate) async fn queues(State(shared): State<Arc<Shared>>) -> Response {
    let shown = shared.shown();
    page_of(&shown, |frame, answers| Some(pages::queue(frame, &answers.queue(None), Preview::None)), "")
}

pub(crate) async fn queue(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let shown = shared.shown();
    let missing = format!("there is no team `{id}`");
    let Ok(team) = id.parse::<TeamId>() else { return not_found(&shared, &missing) };
    let moving = shown.moment.as_ref().and_then(|(answers, _)| asked.in_queue(answers));
    let moved: Option<Result<Option<Option<Arc<Moved>>>, String>> = match (moving, &shown.moment) {
        (Some(Ok(moving)), Some((answers, _))) => {
            let of = answers.clone();
            Some(Ok(soon(&shared, Instant::now() + PATIENCE, move || of.moved(moving)).await))
        }
        (Some(Err(why)), _) => Some(Err(why)),
        _ => None,
    };
    if let (None, Some((answers, organisation))) = (&moved, &shown.moment)
        && organisation.team(&team).is_some()
    {
        let (answers, team) = (answers.clone(), team.clone());
        // While the page is read. Nobody waits for it.
        tokio::task::spawn_blocking(move || answers.prepare_moves(&team));
    }
    page_of(
        &shown,
        |frame, answers| {
            frame.organisation.team(&team)?;
            let preview = match &moved {
                None => Preview::None,
                Some(Ok(None)) => Preview::Awaited,
                Some(Ok(Some(None))) => Preview::Refused(UNSIMULATED),
                Some(Ok(Some(Some(moved)))) => Preview::Done(moved.as_ref()),
                Some(Err(why)) => Preview::Refused(why),
            };
            Some(pages::queue(frame, &answers.queue(Some(&team)), preview))
        },
        &missing,
    )
}

const UNSIMULATED: &str = "the new order cannot be simulated: the checks say what is wrong";

pub(crate) async fn council(State(shared): State<Arc<Shared>>, Query(asked): Query<Asked>) -> Response {
    let shown = shared.shown();
    let order = match &shown.moment {
        Some((answers, _)) => order_answer(&shared, answers).await,
        None => None,
    };
    let moving = shown.moment.as_ref().and_then(|(answers, _)| asked.in_council(answers));
    let moved: Option<Result<Option<Option<Arc<CouncilMoved>>>, String>> = match (moving, &shown.moment) {
        (Some(Ok(moving)), Some((answers, _))) => {
            let of = answers.clone();
            Some(Ok(soon(&shared, Instant::now() + PATIENCE, move || of.council_moved(moving)).await))
        }
        (Some(Err(why)), _) => Some(Err(why)),
        _ => None,
    };
    page_of(
        &shown,
        |frame, answers| {
            let forecast = answers.forecast_if_ready();
            let inbox = answers.inbox(&TeamId::council());
            let of = pages::CouncilAnswers {
                standing: &answers.standing,
                forecast,
                council: &answers.council(forecast),
                inbox: inbox.as_ref(),
                moved: match &moved {
                    None => Preview::None,
                    Some(Ok(None)) => Preview::Awaited,
                    Some(Ok(Some(None))) => Preview::Refused(UNSIMULATED),
                    Some(Ok(Some(Some(moved)))) => Preview::Done(moved.as_ref()),
                    Some(Err(why)) => Preview::Refused(why),
                },
                local_order: order.as_deref(),
            };
            Some(pages::council(frame, &of))
        },
        "",
    )
}

/// Of which team alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OfTeam {
    team: Option<String>,
}

pub(crate) async fn api_queue(State(shared): State<Arc<Shared>>, Query(of): Query<OfTeam>) -> Response {
    answer(&shared, move |answers| {
        let team = of.team.map(|team| team.parse::<TeamId>()).transpose().ok()?;
        if team.as_ref().is_some_and(|team| answers.organisation.team(team).is_none()) {
            return None;
        }
        Some(answers.queue(team.as_ref()))
    })
    .await
}

/// `GET /api/queue/move?line=…&before=…`: what the move would do. Nothing is written.
pub(crate) async fn api_queue_move(
    State(shared): State<Arc<Shared>>,
    Query(asked): Query<Asked>,
) -> Response {
    moved(&shared, move |answers| match asked.in_queue(answers) {
        Some(Ok(moving)) => Ok(answers.moved(moving)),
        Some(Err(why)) => Err(why),
        None => Err(WHAT.to_owned()),
    })
    .await
}

pub(crate) async fn api_council(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| Some(answers.council(Some(answers.forecast())))).await
}

/// `GET /api/council/move?line=…&before=…`: what the move would do. Nothing is written.
pub(crate) async fn api_council_move(
    State(shared): State<Arc<Shared>>,
    Query(asked): Query<Asked>,
) -> Response {
    moved(&shared, move |answers| match asked.in_council(answers) {
        Some(Ok(moving)) => Ok(answers.council_moved(moving)),
        Some(Err(why)) => Err(why),
        None => Err(WHAT.to_owned()),
    })
    .await
}

const WHAT: &str =
    "say what is moved and where: `?line=team/ask&before=team/other`, `&after=…`, `&to=first` or `&to=last`";

async fn moved<T: serde::Serialize + Send + Sync + 'static>(
    shared: &Shared,
    of: impl FnOnce(&Answers) -> Result<Option<Arc<T>>, String> + Send + 'static,
) -> Response {
    let Some(answers) = shared.workspace.snapshot().answers else {
        return error(StatusCode::CONFLICT, "the plan files do not load; /api/checks says why");
    };
    match tokio::task::spawn_blocking(move || of(&answers)).await {
        Ok(Ok(Some(moved))) => json_response(StatusCode::OK, &*moved),
        Ok(Ok(None)) => error(StatusCode::UNPROCESSABLE_ENTITY, UNSIMULATED),
        Ok(Err(why)) => error(StatusCode::UNPROCESSABLE_ENTITY, &why),
        Err(_) => error(StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be made"),
    }
}
