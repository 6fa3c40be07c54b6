//! What teams say beside plans and asks: read and written where the organisation is kept in a store.

use crate::clock::AsOf;
use crate::store::NotWritten;
use crate::workspace::Workspace;
use kedge_model::{About, Comment, KeptComment, LiteralError, TeamId};

/// Why a comment was not kept, removed or read.
#[derive(Debug, thiserror::Error)]
pub enum CommentError {
    /// The organisation is in files.
    #[error("comments are kept in a store, and this organisation is in files")]
    InFiles,
    /// The organisation has no such plan or ask.
    #[error("there is no {0} to comment on")]
    Nothing(About),
    /// The organisation has no such team.
    #[error("there is no team `{0}`")]
    NoTeam(TeamId),
    /// It is not a comment.
    #[error("{0}")]
    Text(#[from] LiteralError),
    /// The plans cannot be read as they are.
    #[error("the plans have errors, so nothing was kept; mend them first: `kedge check` lists them")]
    Trouble,
    /// The store does not take it.
    #[error(transparent)]
    Store(#[from] NotWritten),
}

impl Workspace {
    /// The comments on one thing or on all, the first first; none where the organisation is in files.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn comments(&self, about: Option<&About>) -> Result<Vec<KeptComment>, CommentError> {
        let Some(store) = self.store() else { return Ok(Vec::new()) };
        let mut comments = store.comments().map_err(NotWritten::from)?;
        comments.retain(|it| about.is_none_or(|about| it.comment.about == *about));
        Ok(comments)
    }

    /// Keeps what a team says of a plan or an ask.
    ///
    /// # Errors
    /// The organisation is in files, has no such team or thing, the text is none, or the store fails; then nothing is kept.
    pub fn comment(&self, about: About, by: TeamId, text: &str) -> Result<KeptComment, CommentError> {
        let store = self.store().ok_or(CommentError::InFiles)?;
        let answers = self.snapshot().answers.ok_or(CommentError::Trouble)?;
        if !about.is_in(&answers.organisation) {
            return Err(CommentError::Nothing(about));
        }
        if by != TeamId::council() && answers.organisation.team(&by).is_none() {
            return Err(CommentError::NoTeam(by));
        }
        let comment = Comment::new(about, by, answers.as_of, text)?;
        let what = format!("{} commented on {}", comment.by, comment.about);
        let id = store.comment(what, comment.clone(), AsOf::Today.date("UTC"))?;
        self.answer_ready();
        Ok(KeptComment { id, comment })
    }

    /// Removes a comment by its name; it stays in the history, and `undo` brings it back.
    ///
    /// # Errors
    /// The organisation is in files, there is no such comment, or the store fails.
    pub fn remove_comment(&self, id: &str) -> Result<Comment, CommentError> {
        let store = self.store().ok_or(CommentError::InFiles)?;
        let comment = store.remove_comment(id, AsOf::Today.date("UTC"))?;
        self.answer_ready();
        Ok(comment)
    }
}
