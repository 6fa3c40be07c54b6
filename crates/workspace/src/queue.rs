//! The queue and the council of one organisation on one day, and what moves in them would do.

use crate::answers::Answers;
use kedge_decide::{
    Council, CouncilMoved, CouncilMoving, Destination, MoveError, Moved, Moves, Moving, Queue,
    SIMULATED_WHOLE,
};
use kedge_forecast::Forecast;
use kedge_model::{Act, ActError, AskId, Date, Organisation, Reference, TeamId};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// What of queues was worked out already.
#[derive(Debug, Default)]
pub(crate) struct Queues {
    known: OnceLock<Arc<Organisation>>,
    all: OnceLock<Queue>,
    /// Of the team whose queue was moved in last, in a large organisation.
    moves: Mutex<Option<(TeamId, Arc<Moves>)>>,
    /// What the last moves that were asked about do: a page asks again when it hears that the answer is there.
    moved: Mutex<Option<Arc<Moved>>>,
    council_moved: Mutex<Option<Arc<CouncilMoved>>>,
}

fn lock<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Answers {
    /// The organisation as it was known on the evening of the day.
    pub fn known(&self) -> &Arc<Organisation> {
        self.queues.known.get_or_init(|| Arc::new(self.organisation.known_on(self.as_of)))
    }

    fn all(&self) -> &Queue {
        self.queues.all.get_or_init(|| kedge_decide::queue(self.known(), &self.standing, None, self.as_of))
    }

    /// What a team is asked, or what all are, each need on one line; the first to do first.
    pub fn queue(&self, team: Option<&TeamId>) -> Queue {
        match team {
            Some(team) => self.all().of(team),
            None => self.all().clone(),
        }
    }

    /// The order that a move leads to. Nothing is simulated, nothing is written.
    ///
    /// # Errors
    /// When there is no such line, or no order in which it could be moved so.
    pub fn moving(&self, line: &Reference, to: &Destination) -> Result<Moving, MoveError> {
        kedge_decide::move_line(self.known(), self.all(), line, to)
    }

    /// What a move would do: in the whole organisation, or, where that is large, to the team and to those who ask it.
    /// `None` where the order cannot be written. The first call for a team runs its queue as it is.
    pub fn moved(&self, moving: Moving) -> Option<Arc<Moved>> {
        if let Some(moved) = &*lock(&self.queues.moved)
            && moved.moving == moving
        {
            return Some(moved.clone());
        }
        let moved = Arc::new(self.simulate(moving)?);
        *lock(&self.queues.moved) = Some(moved.clone());
        Some(moved)
    }

    fn simulate(&self, moving: Moving) -> Option<Moved> {
        let known = self.known();
        if known.asks().len() <= SIMULATED_WHOLE {
            return kedge_decide::moved_in_whole(self.forecaster(), known, moving);
        }
        self.moves(&moving.team)?.effect(known, moving)
    }

    /// The queue of a team of a large organisation, run as it is; who asks meanwhile waits for it.
    fn moves(&self, team: &TeamId) -> Option<Arc<Moves>> {
        let mut kept = lock(&self.queues.moves);
        if let Some((of, moves)) = &*kept
            && of == team
        {
            return Some(moves.clone());
        }
        let moves = Arc::new(Moves::near(self.known(), team, *self.options())?);
        *kept = Some((team.clone(), moves.clone()));
        Some(moves)
    }

    /// Makes a team's queue ready to be moved in, so that the first move is as quick as those that follow: for who opens its
    /// page.
    pub fn prepare_moves(&self, team: &TeamId) {
        if self.known().asks().len() <= SIMULATED_WHOLE {
            // The organisation as it is, which the first what-if would run.
            let _ = self.forecaster().what_if(&[]);
        } else {
            self.moves(team);
        }
    }

    /// What the council ranks and should know, without the dates where the forecast is not there.
    pub fn council(&self, forecast: Option<&Forecast>) -> Council {
        kedge_decide::council(self.known(), &self.standing, forecast, self.as_of)
    }

    /// What another place in the council's rank would do; `None` where it cannot be written. The first call runs the
    /// organisation as it is.
    pub fn council_moved(&self, moving: CouncilMoving) -> Option<Arc<CouncilMoved>> {
        if let Some(moved) = &*lock(&self.queues.council_moved)
            && moved.moving == moving
        {
            return Some(moved.clone());
        }
        let moved = Arc::new(kedge_decide::council_moved(self.forecaster(), self.known(), moving)?);
        *lock(&self.queues.council_moved) = Some(moved.clone());
        Some(moved)
    }

    /// The act that takes an ask off its line.
    ///
    /// # Errors
    /// When there is no such ask, or nothing joins it to another.
    pub fn split(&self, ask: &AskId, on: Date) -> Result<Act, ActError> {
        kedge_decide::split_line(&self.organisation, ask, on)
    }
}
