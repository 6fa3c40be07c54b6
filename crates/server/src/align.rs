//! The pages and answers about alignment: datasets, shared problems, proposals, services, drift, borders.

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
    page(
        &shared,
        |frame, answers| {
            let (summary, problems) = (answers.align(), answers.problems());
            Some(pages::align(frame, &summary, &answers.datasets(), &answers.proposals(), &problems))
        },
        "",
    )
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
        |frame, answers| {
            let id = name.parse::<ProposalId>().ok()?;
            let proposals = answers.proposals();
            let standing = proposals.proposals.iter().find(|it| it.id == id)?;
            Some(pages::align_proposal(frame, frame.organisation.proposal(&id)?, standing))
        },
        &missing,
    )
}

/// `/align/problems`: what several teams solve each for themselves.
pub(crate) async fn problems(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, answers| Some(pages::align_problems(frame, &answers.problems())), "")
}

/// `/align/problems/{team}/{problem}`: one of them.
pub(crate) async fn problem(
    State(shared): State<Arc<Shared>>,
    Path((team, problem)): Path<(String, String)>,
) -> Response {
    let name = format!("{team}/{problem}");
    let missing = format!("there is no shared problem `{name}`");
    page(
        &shared,
        |frame, answers| Some(pages::align_problem(frame, answers.problems().problem(&name)?)),
        &missing,
    )
}

/// `/align/services`: services that might be one.
pub(crate) async fn services(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, answers| Some(pages::align_services(frame, &answers.services())), "")
}

/// `/align/drift`: where needs run ahead of the system.
pub(crate) async fn drift(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, answers| Some(pages::align_drift(frame, &answers.drift())), "")
}

/// `/align/borders`: what coordination and independence cost between teams.
pub(crate) async fn borders(State(shared): State<Arc<Shared>>) -> Response {
    page(&shared, |frame, answers| Some(pages::align_borders(frame, &answers.borders())), "")
}

/// `/api/align/problems`: the shared problems.
pub(crate) async fn api_problems(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| Some((*answers.problems()).clone())).await
}

/// `/api/align/problems/{team}/{problem}`: one of them.
pub(crate) async fn api_problem(
    State(shared): State<Arc<Shared>>,
    Path((team, problem)): Path<(String, String)>,
) -> Response {
    answer(&shared, move |answers| answers.problems().problem(&format!("{team}/{problem}")).cloned()).await
}

/// `/api/align/services`: services that might be one.
pub(crate) async fn api_services(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| Some(answers.services())).await
}

/// `/api/align/drift`: where needs run ahead of the system.
pub(crate) async fn api_drift(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| Some((*answers.drift()).clone())).await
}

/// `/api/align/borders`: what coordination and independence cost between teams.
pub(crate) async fn api_borders(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| Some(answers.borders())).await
}

/// `/api/align`: the summary.
pub(crate) async fn api_overview(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| Some(answers.align())).await
}

/// `/api/align/datasets`: every dataset.
pub(crate) async fn api_datasets(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| Some((*answers.datasets()).clone())).await
}

/// `/api/align/proposals`: every proposal.
pub(crate) async fn api_proposals(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| Some((*answers.proposals()).clone())).await
}

/// `/api/align/datasets/{team}/{dataset}`: one of them.
pub(crate) async fn api_dataset(
    State(shared): State<Arc<Shared>>,
    Path((team, dataset)): Path<(String, String)>,
) -> Response {
    answer(&shared, move |answers| answers.datasets().whole(&format!("{team}/{dataset}")).cloned()).await
}
