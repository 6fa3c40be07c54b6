//! What a request sees: one moment of the workspace, held until its page is written.

use crate::guard::Token;
use kedge_decide::{Brief, Decision};
use kedge_forecast::{OrderForecast, PlanForecast};
use kedge_model::{AskId, KeptComment, Organisation, PlanId};
use kedge_pages::{Frame, Freshness, ReadCopy, Writing};
use kedge_workspace::{Answers, GatheredSource, Trouble, Workspace};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long a page waits for an answer that is still being worked out, before it is shown without.
pub(crate) const PATIENCE: Duration = Duration::from_millis(120);
/// How long the last act stands above the answer with its undo.
const UNDO_SHOWN: Duration = Duration::from_mins(10);

/// What all requests share.
pub(crate) struct Shared {
    pub(crate) workspace: Workspace,
    pub(crate) token: Token,
    versions: watch::Sender<u64>,
    closing: watch::Sender<bool>,
    /// The organisation as known on its day, kept with the answers that it belongs to.
    known: Mutex<Option<(Arc<Answers>, Arc<Organisation>)>>,
    /// What was recorded last from a page of this run, and when.
    done: Mutex<Option<(String, Instant)>>,
}

impl Shared {
    pub(crate) fn new(workspace: Workspace, token: Token) -> Arc<Self> {
        let shared = Arc::new(Self {
            workspace,
            token,
            versions: watch::Sender::new(1),
            closing: watch::Sender::new(false),
            known: Mutex::default(),
            done: Mutex::default(),
        });
        let told = Arc::downgrade(&shared);
        shared.workspace.on_change(move |_| {
            if let Some(shared) = told.upgrade() {
                shared.moved();
            }
        });
        shared
    }

    /// Tells every page that there is something newer.
    pub(crate) fn moved(&self) {
        self.versions.send_modify(|version| *version += 1);
    }

    pub(crate) fn versions(&self) -> watch::Receiver<u64> {
        self.versions.subscribe()
    }

    pub(crate) fn version(&self) -> u64 {
        *self.versions.borrow()
    }

    pub(crate) fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// Ends the streams of events, so that the server can end.
    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Remembers what was recorded, or that it was undone.
    pub(crate) fn set_done(&self, done: Option<String>) {
        *self.done.lock().unwrap_or_else(PoisonError::into_inner) = done.map(|what| (what, Instant::now()));
        self.moved();
    }

    fn done(&self) -> Option<String> {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.as_ref().filter(|(_, at)| at.elapsed() < UNDO_SHOWN).map(|(what, _)| what.clone())
    }

    /// What there is to show now.
    pub(crate) fn shown(self: &Arc<Self>) -> Shown {
        // The version first: what moves meanwhile is told again rather than missed.
        let version = self.version();
        let snapshot = self.workspace.snapshot();
        let moment = snapshot.answers.map(|answers| (answers.clone(), self.known(&answers)));
        // A store that cannot be read has no comments to show; every act on it says why.
        let answers = self.workspace.is_store() && snapshot.out_of_reach.is_none();
        let comments = answers.then(|| self.workspace.comments(None).ok()).flatten();
        let copies = self.workspace.gathered().into_iter().filter_map(read_copy).collect();
        Shown {
            shared: self.clone(),
            version,
            moment,
            trouble: snapshot.trouble,
            out_of_reach: snapshot.out_of_reach,
            done: self.done(),
            comments,
            copies,
        }
    }

    fn known(&self, answers: &Arc<Answers>) -> Arc<Organisation> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, organisation)) = known.as_ref()
            && Arc::ptr_eq(of, answers)
        {
            return organisation.clone();
        }
        let organisation = Arc::new(answers.organisation.known_on(answers.as_of));
        *known = Some((answers.clone(), organisation.clone()));
        organisation
    }
}

/// One moment of the workspace.
pub(crate) struct Shown {
    pub(crate) shared: Arc<Shared>,
    pub(crate) version: u64,
    /// The answers with the organisation as known on their day; nothing where the files never loaded.
    pub(crate) moment: Option<(Arc<Answers>, Arc<Organisation>)>,
    pub(crate) trouble: Option<Arc<Trouble>>,
    out_of_reach: Option<Arc<str>>,
    done: Option<String>,
    /// Where the organisation is kept in a store: what was said beside plans and asks.
    comments: Option<Vec<KeptComment>>,
    /// What is at home elsewhere and was read here.
    copies: Vec<ReadCopy>,
}

impl Shown {
    /// The frame of a page about `organisation`, which is this moment's.
    pub(crate) fn frame<'a>(&'a self, answers: &'a Answers, organisation: &'a Organisation) -> Frame<'a> {
        Frame {
            organisation,
            as_of: answers.as_of,
            version: self.version,
            freshness: match (&self.out_of_reach, &self.trouble) {
                (None, None) => Freshness::Fresh,
                (Some(why), _) => Freshness::OutOfReach(why),
                (None, Some(trouble)) => {
                    Freshness::Failed { findings: &trouble.findings, files: &trouble.sources }
                }
            },
            // While the files do not load, or the store does not answer, nothing can be written into them.
            writing: (self.trouble.is_none() && self.out_of_reach.is_none())
                .then(|| Writing { token: self.shared.token.as_str(), done: self.done.as_deref() }),
            files: &answers.sources,
            comments: self.comments.as_deref(),
            copies: &self.copies,
        }
    }
}

/// What was gathered, as pages tell it; `None` of what is read as it is each time.
fn read_copy(of: GatheredSource) -> Option<ReadCopy> {
    let age = of.age?;
    Some(ReadCopy {
        source: of.name,
        location: of.location,
        commit: of.commit,
        on: age.on,
        ago: age.words(),
        days: age.days,
    })
}

/// A plan's forecast and the ways on for its asks, as far as they are there within a moment. What is not goes on being
/// worked out, and every page is told when it is there. `turning`: with what would turn each recommendation.
pub(crate) async fn plan_answers(
    shared: &Arc<Shared>,
    answers: &Arc<Answers>,
    plan: &PlanId,
    asks: Vec<AskId>,
    turning: bool,
) -> (Option<Arc<PlanForecast>>, Vec<Arc<Decision>>) {
    let until = Instant::now() + PATIENCE;
    let (of, id) = (answers.clone(), plan.clone());
    let Some(Some(forecast)) = soon(shared, until, move || of.plan(&id)).await else {
        return (None, Vec::new());
    };
    let of = answers.clone();
    let decide = move || {
        asks.iter()
            .filter_map(|ask| if turning { of.decision(ask) } else { of.ways(ask) })
            .collect::<Vec<_>>()
    };
    let decisions = soon(shared, until.max(Instant::now() + PATIENCE / 3), decide).await.unwrap_or_default();
    (Some(forecast), decisions)
}

/// What the asked team reads about an ask, where it is there within a moment.
pub(crate) async fn brief_answer(
    shared: &Arc<Shared>,
    answers: &Arc<Answers>,
    ask: &AskId,
) -> Option<Arc<Brief>> {
    let (of, ask) = (answers.clone(), ask.clone());
    soon(shared, Instant::now() + PATIENCE / 3, move || of.brief(&ask)).await.flatten()
}

/// What local order costs, where it is there within a moment; otherwise the search goes on, and every page is told when it
/// has ended.
pub(crate) async fn order_answer(shared: &Arc<Shared>, answers: &Arc<Answers>) -> Option<Arc<OrderForecast>> {
    let of = answers.clone();
    soon(shared, Instant::now() + PATIENCE, move || of.order()).await
}

/// The result of work that may take long, where it is there by `until`. Otherwise it goes on, and every page is told when
/// it has ended.
pub(crate) async fn soon<T: Send + 'static>(
    shared: &Arc<Shared>,
    until: Instant,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let mut task = tokio::task::spawn_blocking(work);
    if let Ok(done) = tokio::time::timeout_at(until.into(), &mut task).await {
        return done.ok();
    }
    let shared = shared.clone();
    tokio::spawn(async move {
        let _ = task.await;
        shared.moved();
    });
    None
}
