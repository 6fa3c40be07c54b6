//! What teams say beside a plan or an ask, where the organisation is kept in a store, and the form to say something.

use crate::link;
use crate::shell::{Frame, act, prose, token};
use kedge_model::{About, Comment, KeptComment, LONGEST_COMMENT, TeamId};
use maud::{Markup, html};

/// The comments on one thing; nothing where the organisation is in files.
pub(crate) fn section(frame: &Frame<'_>, about: &About) -> Markup {
    let Some(comments) = frame.comments else { return html! {} };
    let here: Vec<&KeptComment> = comments.iter().filter(|it| it.comment.about == *about).collect();
    html! {
        h2 #comments { "Comments" }
        @if here.is_empty() { p.soft { "Nobody has said anything beside it." } }
        ol.log {
            @for KeptComment { id, comment } in here {
                li {
                    time datetime=(comment.on) { (comment.on.short(frame.as_of)) }
                    div {
                        b { (name(frame, &comment.by)) }
                        (texts(comment))
                        div.acts { (act(frame, "Remove", "It stays in the history; undo brings it back.", false, &[
                            ("act", "remove-comment".to_owned()), ("line", id.clone()),
                        ])) }
                    }
                }
            }
        }
        @if let Some(writing) = frame.writing {
            form.comment-form method="post" action=(link::ACT) {
                (token(writing))
                input type="hidden" name="act" value="comment";
                input type="hidden" name="about" value=(about);
                label { "Comment" textarea.short name="text" rows="3" maxlength=(LONGEST_COMMENT) required {} }
                label { "as " select name="team" {
                    @for team in frame.organisation.teams() { option value=(team.id) { (name(frame, &team.id)) } }
                    option value=(TeamId::council()) { "the council" }
                } }
                " " button type="submit" { "Say it" }
            }
            p { small { "A comment decides nothing. What is answered, taken or signed is recorded as such." } }
        }
    }
}

fn name(frame: &Frame<'_>, team: &TeamId) -> String {
    if *team == TeamId::council() {
        "the council".into()
    } else {
        crate::say::team(frame.organisation, team).into()
    }
}

fn texts(comment: &Comment) -> Markup {
    html! {
        @for (place, text) in comment.texts.iter().enumerate() {
            @if place > 0 { p.soft { "And, written elsewhere at the same time:" } }
            @for paragraph in text.split("\n\n") {
                p.said { (prose(paragraph)) }
            }
        }
    }
}
