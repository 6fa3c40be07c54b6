//! The API: the types that `--json` prints, at addresses like those of the pages. Reads only; an answer that takes long is
//! waited for. What is supposed for a what-if is sent, and not kept.

use crate::shown::Shared;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use kedge_decide::OpenForecast;
use kedge_forecast::{Policy, Precision};
use kedge_model::{AskId, Calendar, PlanId, TeamId, WorkTime};
use kedge_workspace::Answers;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::Arc;

pub(crate) fn json_response(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(body) => (status, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response(),
    }
}

pub(crate) fn error(status: StatusCode, why: &str) -> Response {
    json_response(status, &json!({ "error": why }))
}

/// Answers with what `of` makes of the newest answers, off the threads that serve requests.
pub(crate) async fn answer<T: Serialize + Send + 'static>(
    shared: &Shared,
    of: impl FnOnce(&Answers) -> Option<T> + Send + 'static,
) -> Response {
    let snapshot = shared.workspace.snapshot();
    if let Some(why) = &snapshot.out_of_reach {
        return error(StatusCode::SERVICE_UNAVAILABLE, &format!("the store does not answer: {why}"));
    }
    let Some(answers) = snapshot.answers else {
        return error(StatusCode::CONFLICT, "the plan files do not load; /api/checks says why");
    };
    let made =
        tokio::task::spawn_blocking(move || of(&answers).map(|value| serde_json::to_vec(&value))).await;
    match made {
        Ok(Some(Ok(body))) => {
            (StatusCode::OK, [(header::CONTENT_TYPE, "application/json")], body).into_response()
        }
        Ok(None) => error(StatusCode::NOT_FOUND, "there is no such thing, or no answer about it"),
        Ok(Some(Err(_))) | Err(_) => error(StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be made"),
    }
}

pub(crate) async fn version(State(shared): State<Arc<Shared>>) -> Response {
    json_response(StatusCode::OK, &json!({ "version": shared.version() }))
}

pub(crate) async fn standing(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| Some(answers.standing.clone())).await
}

pub(crate) async fn forecast(State(shared): State<Arc<Shared>>) -> Response {
    // Of the whole organisation, so without odds: those are for the teams that they are about.
    answer(&shared, |answers| serde_json::to_value(OpenForecast::of(answers.forecast())).ok()).await
}

pub(crate) async fn order(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| Some((*answers.order()).clone())).await
}

pub(crate) async fn next(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| Some(answers.next())).await
}

/// Of which team alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OfTeam {
    team: Option<String>,
}

pub(crate) async fn inbox(State(shared): State<Arc<Shared>>, Path(team): Path<String>) -> Response {
    answer(&shared, move |answers| answers.inbox(&team.parse().ok()?)).await
}

pub(crate) async fn brief(
    State(shared): State<Arc<Shared>>,
    Path((team, id)): Path<(String, String)>,
) -> Response {
    answer(&shared, move |answers| Some((*answers.brief(&named::<AskId>(&team, &id)?)?).clone())).await
}

pub(crate) async fn hacks(State(shared): State<Arc<Shared>>, Query(of): Query<OfTeam>) -> Response {
    answer(&shared, move |answers| {
        let team = of.team.map(|team| team.parse::<TeamId>()).transpose().ok()?;
        if team.as_ref().is_some_and(|team| answers.organisation.team(team).is_none()) {
            return None;
        }
        Some(answers.ledger(team.as_ref()))
    })
    .await
}

/// About what; everything where absent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OfThing {
    about: Option<String>,
}

/// What was said beside plans and asks; nothing where the organisation is in files.
pub(crate) async fn comments(State(shared): State<Arc<Shared>>, Query(of): Query<OfThing>) -> Response {
    let about = match of.about.map(|about| about.parse::<kedge_model::About>()).transpose() {
        Ok(about) => about,
        Err(wrong) => return error(StatusCode::BAD_REQUEST, &wrong.to_string()),
    };
    let reading = shared.clone();
    match tokio::task::spawn_blocking(move || reading.workspace.comments(about.as_ref())).await {
        Ok(Ok(comments)) => json_response(StatusCode::OK, &comments),
        Ok(Err(wrong)) => error(StatusCode::CONFLICT, &wrong.to_string()),
        Err(_) => error(StatusCode::INTERNAL_SERVER_ERROR, "reading the comments ended half-way"),
    }
}

/// Which quarter; the one that as-of lies in where absent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct OfQuarter {
    pub(crate) quarter: Option<String>,
}

pub(crate) async fn review(State(shared): State<Arc<Shared>>, Query(of): Query<OfQuarter>) -> Response {
    answer(&shared, move |answers| answers.review(of.quarter.as_deref()).ok()).await
}

pub(crate) async fn code(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| Some(answers.surveys().all.clone())).await
}

pub(crate) async fn checks(State(shared): State<Arc<Shared>>) -> Response {
    let snapshot = shared.workspace.snapshot();
    if let Some(trouble) = snapshot.trouble {
        return json_response(
            StatusCode::OK,
            &kedge_check::Report::of_reading(&trouble.findings, &trouble.sources),
        );
    }
    answer(&shared, |answers| Some(answers.report().clone())).await
}

fn named<T: std::str::FromStr>(team: &str, id: &str) -> Option<T> {
    format!("{team}/{id}").parse().ok()
}

/// How well a plan's dates must be known: `?precision=1d`, in working days either way.
#[derive(Debug, Deserialize)]
pub(crate) struct ToBeKnown {
    precision: Option<String>,
}

pub(crate) async fn plan(
    State(shared): State<Arc<Shared>>,
    Path((team, id)): Path<(String, String)>,
    Query(known): Query<ToBeKnown>,
) -> Response {
    let time = match known.precision.map(|text| text.parse::<WorkTime>()).transpose() {
        Ok(time) => time,
        Err(wrong) => return error(StatusCode::BAD_REQUEST, &wrong.to_string()),
    };
    if time.is_some_and(|time| Precision::to(time, &Calendar::default()).is_none()) {
        return error(StatusCode::BAD_REQUEST, "a date is a day: ask for `?precision=1d` or more");
    }
    answer(&shared, move |answers| {
        let plan = named::<PlanId>(&team, &id)?;
        let calendar = &answers.organisation.settings().calendar;
        match time.and_then(|time| Precision::to(time, calendar)) {
            Some(precision) => Some((*answers.plan_to(&plan, precision, &mut |_| ())?).clone()),
            None => Some((*answers.plan(&plan)?).clone()),
        }
    })
    .await
}

pub(crate) async fn decision(
    State(shared): State<Arc<Shared>>,
    Path((team, id)): Path<(String, String)>,
) -> Response {
    answer(&shared, move |answers| Some((*answers.decision(&named::<AskId>(&team, &id)?)?).clone())).await
}

pub(crate) async fn losses(
    State(shared): State<Arc<Shared>>,
    Path((team, id)): Path<(String, String)>,
) -> Response {
    answer(&shared, move |answers| Some((*answers.losses(&named::<PlanId>(&team, &id)?)?).clone())).await
}

/// Which trial, under which policy.
#[derive(Debug, Deserialize)]
pub(crate) struct Trial {
    #[serde(default)]
    policy: String,
    #[serde(default)]
    pub(crate) trial: u64,
}

impl Trial {
    /// The policy; as planned where none is named.
    pub(crate) fn policy(&self) -> Option<Policy> {
        match self.policy.as_str() {
            "" => Some(Policy::AsPlanned),
            word => Policy::ALL.into_iter().find(|policy| kedge_pages::policy_word(*policy) == word),
        }
    }
}

pub(crate) async fn trial(
    State(shared): State<Arc<Shared>>,
    Path((team, id)): Path<(String, String)>,
    Query(trial): Query<Trial>,
) -> Response {
    answer(&shared, move |answers| {
        answers.replay(&named::<PlanId>(&team, &id)?, trial.policy()?, trial.trial)
    })
    .await
}

/// Of which plan the answer is to speak.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct InView {
    plan: Option<String>,
}

/// `POST /api/what-if`, with a JSON list of sentences: what they would change. Nothing is written, so no token is needed;
/// the guard lets only our own pages and programs on this machine ask.
pub(crate) async fn what_if(
    State(shared): State<Arc<Shared>>,
    Query(in_view): Query<InView>,
    body: axum::body::Bytes,
) -> Response {
    let sentences: Vec<String> = match serde_json::from_slice(&body) {
        Ok(sentences) => sentences,
        Err(why) => {
            let why = format!("send a list of sentences, [\"land checkout/reusable-token\"]: {why}");
            return error(StatusCode::BAD_REQUEST, &why);
        }
    };
    let plan = match in_view.plan.map(|plan| plan.parse::<PlanId>()).transpose() {
        Ok(plan) => plan,
        Err(why) => return error(StatusCode::BAD_REQUEST, &why.to_string()),
    };
    let Some(answers) = shared.workspace.snapshot().answers else {
        return error(StatusCode::CONFLICT, "the plan files do not load; /api/checks says why");
    };
    let made = tokio::task::spawn_blocking(move || answers.what_if(&sentences, plan.as_ref())).await;
    match made {
        Ok(Ok(effect)) => json_response(StatusCode::OK, &effect),
        Ok(Err(why)) => json_response(
            StatusCode::UNPROCESSABLE_ENTITY,
            &json!({ "error": why.to_string(), "supposition": why }),
        ),
        Err(_) => error(StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be made"),
    }
}
