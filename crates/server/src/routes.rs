//! Which address shows what.

use crate::shown::{Shared, Shown, brief_answer, plan_answers};
use crate::{acts, align, api, events, guard, history, priority};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use kedge_model::{AskId, Organisation, PlanId, TeamId};
use kedge_pages::{self as pages, Frame, link};
use kedge_workspace::Answers;
use maud::Markup;
use std::sync::Arc;

/// What a form may send: far more than any of ours does.
const FORM_LIMIT: usize = 64 * 1024;

pub(crate) fn router(shared: Arc<Shared>, port: u16) -> Router {
    Router::new()
        .route(link::OVERVIEW, get(overview))
        .route(link::PLANS, get(plans))
        .route("/plans/{team}/{plan}", get(plan))
        .route(link::ASKS, get(asks))
        .route("/asks/{team}/{ask}", get(ask))
        .route(link::TEAMS, get(teams))
        .route("/teams/{team}", get(team))
        .route(link::COUNCIL, get(priority::council))
        .route(link::QUEUE, get(priority::queues))
        .route("/queue/{team}", get(priority::queue))
        .route(link::HACKS, get(hacks))
        .route(link::CODE, get(code))
        .route(link::CODE_DATA, get(code_data))
        .route(link::CODE_DUPLICATES, get(code_duplicates))
        .route(link::CODE_BORDERS, get(code_borders))
        .route(link::ALIGN, get(align::overview))
        .route(link::ALIGN_DATASETS, get(align::datasets))
        .route("/align/datasets/{team}/{dataset}", get(align::dataset))
        .route("/align/datasets/in/{repository}/{data}", get(align::found))
        .route("/align/proposals/{team}/{proposal}", get(align::proposal))
        .route(link::ALIGN_PROBLEMS, get(align::problems))
        .route("/align/problems/{team}/{problem}", get(align::problem))
        .route(link::ALIGN_SERVICES, get(align::services))
        .route(link::ALIGN_DRIFT, get(align::drift))
        .route(link::ALIGN_BORDERS, get(align::borders))
        .route(link::DATA, get(async || axum::response::Redirect::permanent(link::ALIGN)))
        .route(link::REVIEW, get(review))
        .route(link::MODELS, get(models))
        .route(link::CHECKS, get(checks))
        .route(link::HISTORY, get(history::history))
        .route("/history/{number}", get(history::write))
        .route(link::FIND, get(find))
        .route("/trial/{team}/{plan}", get(trial))
        .route(link::STYLE, get(async || asset("text/css; charset=utf-8", pages::stylesheet())))
        .route(link::SCRIPT, get(async || asset("text/javascript; charset=utf-8", pages::SCRIPT.to_owned())))
        .route(link::ICON, get(async || asset("image/svg+xml", pages::icon())))
        .route("/events", get(events::events))
        .route("/api/version", get(api::version))
        .route("/api/standing", get(api::standing))
        .route("/api/forecast", get(api::forecast))
        .route("/api/order", get(api::order))
        .route("/api/queue", get(priority::api_queue))
        .route("/api/queue/move", get(priority::api_queue_move))
        .route("/api/council", get(priority::api_council))
        .route("/api/council/move", get(priority::api_council_move))
        .route("/api/next", get(api::next))
        .route("/api/brief/{team}/{ask}", get(api::brief))
        .route("/api/inbox/{team}", get(api::inbox))
        .route("/api/hacks", get(api::hacks))
        .route("/api/comments", get(api::comments))
        .route("/api/history", get(history::api_history))
        .route("/api/review", get(api::review))
        .route("/api/align", get(align::api_overview))
        .route("/api/align/datasets", get(align::api_datasets))
        .route("/api/align/datasets/{team}/{dataset}", get(align::api_dataset))
        .route("/api/align/problems", get(align::api_problems))
        .route("/api/align/problems/{team}/{problem}", get(align::api_problem))
        .route("/api/align/services", get(align::api_services))
        .route("/api/align/drift", get(align::api_drift))
        .route("/api/align/borders", get(align::api_borders))
        .route("/api/align/proposals", get(align::api_proposals))
        .route("/api/code", get(api::code))
        .route("/api/checks", get(api::checks))
        .route("/api/plans/{team}/{plan}", get(api::plan))
        .route("/api/plans/{team}/{plan}/losses", get(api::losses))
        .route("/api/asks/{team}/{ask}", get(api::decision))
        .route("/api/trial/{team}/{plan}", get(api::trial))
        .route("/api/what-if", post(api::what_if))
        .route(link::ACT, post(acts::act))
        .route(link::UNDO, post(acts::undo))
        .fallback(async |State(shared): State<Arc<Shared>>| not_found(&shared, "nothing is at this address"))
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(axum::middleware::from_fn_with_state(port, guard::guard))
        .with_state(shared)
}

/// A file that comes with the binary. The browser asks each time: a newer binary may serve another.
fn asset(kind: &'static str, text: String) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

fn html(page: Markup) -> Response {
    Html(page.into_string()).into_response()
}

pub(crate) fn not_found(shared: &Shared, what: &str) -> Response {
    (StatusCode::NOT_FOUND, html(pages::not_found(what, shared.version()))).into_response()
}

/// A page of the newest answers; the findings where the files never loaded.
pub(crate) fn page(
    shared: &Arc<Shared>,
    of: impl FnOnce(&Frame<'_>, &Answers) -> Option<Markup>,
    missing: &str,
) -> Response {
    let shown = shared.shown();
    page_of(&shown, of, missing)
}

pub(crate) fn page_of(
    shown: &Shown,
    of: impl FnOnce(&Frame<'_>, &Answers) -> Option<Markup>,
    missing: &str,
) -> Response {
    let Some((answers, organisation)) = &shown.moment else {
        return match &shown.trouble {
            Some(trouble) => html(pages::never_loaded(&trouble.findings, &trouble.sources, shown.version)),
            None => html(pages::never_loaded(&[], &Nowhere, shown.version)),
        };
    };
    match of(&shown.frame(answers, organisation), answers) {
        Some(page) => html(page),
        None => not_found(&shown.shared, missing),
    }
}

struct Nowhere;

impl kedge_model::Locate for Nowhere {
    fn locate(&self, _: &kedge_model::Address) -> Option<kedge_model::Place> {
        None
    }
}

async fn overview(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, answers| Some(with_next(answers, |of| pages::overview(frame, of))), "")
}

async fn plans(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, answers| Some(with_next(answers, |of| pages::plans(frame, of))), "")
}

fn with_next(answers: &Answers, page: impl FnOnce(&pages::Answers<'_>) -> Markup) -> Markup {
    let next = answers.next();
    page(&pages::Answers {
        standing: &answers.standing,
        forecast: answers.forecast_if_ready(),
        next: &next,
        report: Some(answers.report_if_ready()),
    })
}

async fn plan(State(shared): State<Arc<Shared>>, Path((team, id)): Path<(String, String)>) -> Response {
    let shown = shared.shown();
    let name = format!("{team}/{id}");
    let missing = format!("there is no plan `{name}`");
    let Ok(id) = name.parse::<PlanId>() else { return not_found(&shared, &missing) };
    let (forecast, decisions) = match &shown.moment {
        Some((answers, organisation)) if organisation.plan(&id).is_some() => {
            let asks = organisation.parts(&id).asks.clone();
            plan_answers(&shared, answers, &id, asks, false).await
        }
        _ => (None, Vec::new()),
    };
    let decisions: Vec<_> = decisions.iter().map(|decision| (**decision).clone()).collect();
    page_of(
        &shown,
        |frame, answers| {
            let next = answers.next();
            // They are there once there is a decision about any of its asks.
            let losses = decisions.first().and_then(|_| answers.losses(&id));
            let of = pages::PlanAnswers {
                standing: &answers.standing,
                forecast: forecast.as_deref(),
                decisions: &decisions,
                losses: losses.as_deref(),
                next: &next,
                report: Some(answers.report_if_ready()),
            };
            Some(pages::plan(frame, &of, frame.organisation.plan(&id)?))
        },
        &missing,
    )
}

async fn review(State(shared): State<Arc<Shared>>, Query(of): Query<api::OfQuarter>) -> Response {
    page(
        &shared,
        |frame, answers| Some(pages::review(frame, &answers.review(of.quarter.as_deref()).ok()?)),
        "there is no such quarter: write it as 2026-Q4",
    )
}

async fn hacks(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, answers| Some(pages::hacks(frame, &answers.ledger(None))), "")
}

async fn models(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, _| Some(pages::models(frame)), "")
}

async fn code(State(shared): State<Arc<Shared>>) -> Response {
    let code = |frame: &pages::Frame<'_>, answers: &Answers| {
        let declared = kedge_workspace::survey::declared(frame.organisation);
        Some(pages::code(frame, &answers.surveys().all, &declared))
    };
    page(&shared, code, "")
}

async fn code_data(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, answers| Some(pages::code_data(frame, &answers.surveys().all)), "")
}

async fn code_duplicates(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, answers| Some(pages::code_duplicates(frame, &answers.surveys().all)), "")
}

async fn code_borders(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, answers| Some(pages::code_borders(frame, &answers.surveys().all)), "")
}

async fn asks(State(shared): State<Arc<Shared>>) -> Response {
    page(
        &shared,
        |frame, answers| Some(pages::asks(frame, &answers.standing, answers.forecast_if_ready())),
        "",
    )
}

async fn ask(State(shared): State<Arc<Shared>>, Path((team, id)): Path<(String, String)>) -> Response {
    let shown = shared.shown();
    let name = format!("{team}/{id}");
    let missing = format!("there is no ask `{name}`");
    let Ok(id) = name.parse::<AskId>() else { return not_found(&shared, &missing) };
    let plan = shown.moment.as_ref().and_then(|(_, organisation)| plan_of(organisation, &id));
    let (forecast, decisions) = match (&shown.moment, plan) {
        (Some((answers, _)), Some(plan)) => {
            plan_answers(&shared, answers, &plan, vec![id.clone()], true).await
        }
        _ => (None, Vec::new()),
    };
    let brief = match &shown.moment {
        Some((answers, _)) if forecast.is_some() => brief_answer(&shared, answers, &id).await,
        _ => None,
    };
    page_of(
        &shown,
        |frame, answers| {
            let ask = frame.organisation.ask(&id)?;
            let decision = decisions.first().map(AsRef::as_ref);
            Some(pages::ask_page(
                frame,
                &answers.standing,
                forecast.as_deref(),
                decision,
                brief.as_deref(),
                &answers.next(),
                ask,
            ))
        },
        &missing,
    )
}

fn plan_of(organisation: &Organisation, ask: &AskId) -> Option<PlanId> {
    organisation.ask(ask).map(|ask| ask.plan.clone())
}

async fn teams(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, answers| Some(pages::teams(frame, &answers.standing)), "")
}

async fn team(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    let missing = format!("there is no team `{id}`");
    page(
        &shared,
        |frame, answers| {
            let team = frame.organisation.team(&id.parse::<TeamId>().ok()?)?;
            let inbox = answers.inbox(&team.id);
            let of = pages::TeamAnswers {
                standing: &answers.standing,
                forecast: answers.forecast_if_ready(),
                next: &answers.next(),
                inbox: inbox.as_ref(),
                ledger: &answers.ledger(Some(&team.id)),
                report: Some(answers.report_if_ready()),
            };
            Some(pages::team(frame, &of, team))
        },
        &missing,
    )
}

async fn checks(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, answers| Some(pages::checks(frame, answers.report_if_ready())), "")
}

async fn find(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, _| Some(pages::find(frame)), "")
}

async fn trial(
    State(shared): State<Arc<Shared>>,
    Path((team, id)): Path<(String, String)>,
    Query(trial): Query<api::Trial>,
) -> Response {
    let shown = shared.shown();
    let missing = format!("there is no trial of a plan `{team}/{id}` under that policy");
    let (Ok(id), Some(policy)) = (format!("{team}/{id}").parse::<PlanId>(), trial.policy()) else {
        return not_found(&shared, &missing);
    };
    let number = trial.trial;
    let log = match &shown.moment {
        Some((answers, _)) => {
            let (answers, id) = (answers.clone(), id.clone());
            tokio::task::spawn_blocking(move || answers.replay(&id, policy, number)).await.ok().flatten()
        }
        None => None,
    };
    page_of(
        &shown,
        |frame, _| Some(pages::replay(frame, frame.organisation.plan(&id)?, policy, number, log.as_ref()?)),
        &missing,
    )
}
