//! Pages as files of their own: what is sent by mail, printed, or kept.

use kedge_decide::Review;
use kedge_workspace::Answers;

/// The review of a quarter as one HTML file, which needs no script, no network and no server.
pub fn review_file(answers: &Answers, review: &Review) -> String {
    kedge_pages::review_file(&answers.organisation, review).into_string()
}
