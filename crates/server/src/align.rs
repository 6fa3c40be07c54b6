//! The pages and answers about alignment: datasets, proposals.

use crate::api::answer;
use crate::routes::page;
use crate::shown::Shared;
use axum::extract::{Path, State};
use axum::response::Response;
use kedge_model::ProposalId;
use kedge_pages as pages;
use std::sync::Arc;

/// `/align`: what wants doing, and the ways to the parts.
pub(crate) async fn overview(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, answers| Some(pages::align(frame, &answers.align(), &answers.datasets())), "")
}

/// `/align/datasets`: every dataset.
pub(crate) async fn datasets(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, answers| Some(pages::align_datasets(frame, &answers.datasets())), "")
}

/// `/align/datasets/{team}/{dataset}`: one that is declared.
pub(crate) async fn dataset(
    State(shared): State<Arc<Shared>>,
    Path((team, dataset)): Path<(String, String)>,
) -> Response {
    one(&shared, &format!("{team}/{dataset}"))
}

/// `/align/datasets/in/{repository}/{data}`: one that was found in code and is declared nowhere.
pub(crate) async fn found(
    State(shared): State<Arc<Shared>>,
    Path((repository, data)): Path<(String, String)>,
) -> Response {
    one(&shared, &format!("{repository}:{data}"))
}

fn one(shared: &Arc<Shared>, name: &str) -> Response {
    let missing = format!("there is no dataset `{name}`");
    page(
        shared,
        |frame, answers| Some(pages::align_dataset(frame, answers.datasets().whole(name)?)),
        &missing,
    )
}

/// `/align/proposals/{team}/{proposal}`: one proposal.
pub(crate) async fn proposal(
    State(shared): State<Arc<Shared>>,
    Path((team, proposal)): Path<(String, String)>,
) -> Response {
    let name = format!("{team}/{proposal}");
    let missing = format!("there is no proposal `{name}`");
    page(
        &shared,
        |frame, _| {
            let id = name.parse::<ProposalId>().ok()?;
            Some(pages::align_proposal(frame, frame.organisation.proposal(&id)?))
        },
        &missing,
    )
}

/// `/api/align`: the summary.
pub(crate) async fn api_overview(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| Some(answers.align())).await
}

/// `/api/align/datasets`: every dataset.
pub(crate) async fn api_datasets(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| Some((*answers.datasets()).clone())).await
}

/// `/api/align/datasets/{team}/{dataset}`: one of them.
pub(crate) async fn api_dataset(
    State(shared): State<Arc<Shared>>,
    Path((team, dataset)): Path<(String, String)>,
) -> Response {
    answer(&shared, move |answers| answers.datasets().whole(&format!("{team}/{dataset}")).cloned()).await
}
