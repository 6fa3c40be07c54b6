//! The addresses of pages, in one place.

use kedge_decide::models::Model;
use kedge_model::{AskId, Code, DatasetId, InitiativeId, PlanId, ProposalId, TeamId};

/// The overview.
pub const OVERVIEW: &str = "/";
/// Every plan.
pub const PLANS: &str = "/plans";
/// Every ask.
pub const ASKS: &str = "/asks";
/// Every team.
pub const TEAMS: &str = "/teams";
/// What teams are asked, in the order of worth.
pub const QUEUE: &str = "/queue";
/// The council's order and the initiatives.
pub const COUNCIL: &str = "/council";
/// Where agreement is cheaper than independence, and the way to it.
pub const ALIGN: &str = "/align";
/// Every dataset.
pub const ALIGN_DATASETS: &str = "/align/datasets";
/// What several teams solve each for themselves.
pub const ALIGN_PROBLEMS: &str = "/align/problems";
/// Services that change together and share data.
pub const ALIGN_SERVICES: &str = "/align/services";
/// Where needs run ahead of the system.
pub const ALIGN_DRIFT: &str = "/align/drift";
/// What coordination and independence cost between teams.
pub const ALIGN_BORDERS: &str = "/align/borders";
/// The pages about alignment beside the first, with their names.
pub const ABOUT_ALIGN: [(&str, &str); 5] = [
    (ALIGN_DATASETS, "Datasets"),
    (ALIGN_PROBLEMS, "Shared problems"),
    (ALIGN_SERVICES, "Services that might be one"),
    (ALIGN_DRIFT, "Drift"),
    (ALIGN_BORDERS, "Borders between teams"),
];
/// Where datasets and proposals were before they had pages of their own; it leads there.
pub const DATA: &str = "/data";
/// The detours that were taken, and what they cost.
pub const HACKS: &str = "/hacks";
/// The quarter on one page.
pub const REVIEW: &str = "/review";
/// The coordination models.
pub const MODELS: &str = "/models";
/// What the histories of repositories say.
pub const CODE: &str = "/code";
/// Who writes and reads which data.
pub const CODE_DATA: &str = "/code/data";
/// What is there twice in code.
pub const CODE_DUPLICATES: &str = "/code/duplicates";
/// Ownership beside what changes together.
pub const CODE_BORDERS: &str = "/code/borders";
/// The pages about code beside the first, with their names.
pub const ABOUT_CODE: [(&str, &str); 3] =
    [(CODE_DATA, "Data in code"), (CODE_DUPLICATES, "Duplicates in code"), (CODE_BORDERS, "Borders in code")];
/// What the rules found.
pub const CHECKS: &str = "/checks";
/// What was written into the store.
pub const HISTORY: &str = "/history";
/// Every page by name.
pub const FIND: &str = "/find";
/// The stylesheet.
pub const STYLE: &str = "/kedge.css";
/// The script.
pub const SCRIPT: &str = "/kedge.js";
/// The picture in the browser's tab.
pub const ICON: &str = "/kedge.svg";
/// Where acts are sent.
pub const ACT: &str = "/act";
/// Where the last act is taken back.
pub const UNDO: &str = "/undo";

/// A shared problem's page; its name has two parts.
pub fn problem(id: &str) -> String {
    format!("{ALIGN_PROBLEMS}/{id}")
}

/// A plan's page.
pub fn plan(id: &PlanId) -> String {
    format!("{PLANS}/{}/{}", id.team(), id.id())
}

/// An ask's page.
pub fn ask(id: &AskId) -> String {
    format!("{ASKS}/{}/{}", id.team(), id.id())
}

/// A team's page.
pub fn team(id: &TeamId) -> String {
    if id.is_council() { COUNCIL.into() } else { format!("{TEAMS}/{id}") }
}

/// A team's queue.
pub fn queue_of(id: &TeamId) -> String {
    format!("{QUEUE}/{id}")
}

/// An initiative, on the council's page.
pub fn initiative(id: &InitiativeId) -> String {
    format!("{COUNCIL}#{}", id.id())
}

/// A declared dataset's page.
pub fn dataset(id: &DatasetId) -> String {
    format!("{ALIGN_DATASETS}/{}/{}", id.team(), id.id())
}

/// The page of data that was found in a repository and is declared nowhere.
pub fn found_dataset(repository: &str, data: &str) -> String {
    format!("{ALIGN_DATASETS}/in/{repository}/{}", encoded(data))
}

/// A proposal's page.
pub fn proposal(id: &ProposalId) -> String {
    format!("{ALIGN}/proposals/{}/{}", id.team(), id.id())
}

/// One write into the store.
pub fn write(number: u64) -> String {
    format!("{HISTORY}/{number}")
}

/// The writes before this one, of texts that begin so.
pub fn history_before(number: u64, of: &str) -> String {
    format!("{HISTORY}?before={number}&of={}", encoded(of))
}

/// Text as one part of a path: what is not unreserved there is percent-encoded (RFC 3986, section 2.3).
fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut path = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            path.push(char::from(byte));
        } else {
            let _ = write!(path, "%{byte:02X}");
        }
    }
    path
}

/// A coordination model, on the page about them.
pub fn model(model: &Model) -> String {
    format!("{MODELS}#{}", model.anchor())
}

/// The findings of one rule.
pub fn code(code: Code) -> String {
    format!("{CHECKS}#{code}")
}

/// The log of one trial of a plan, under a policy by its word in the JSON.
pub fn trial(id: &PlanId, policy: &str, trial: u64) -> String {
    format!("/trial/{}/{}?policy={policy}&trial={trial}", id.team(), id.id())
}
