//! The commonest moment of a trial by far: a plain item ends, plain items and outcomes wait for it, among others for those,
//! and nothing else happens.
//!
//! It does what [`Simulator::end`] and [`Simulator::dispatch`] do, without what such a moment cannot need, and with as few
//! branches that depend on the draw as can be: a wrong guess of the processor costs as much as all else that an end takes.
//! Wherever more is to be looked at, it stops before that and leaves it to them.

// Both sides of such an "and" are at hand: a branch between them would only be guessed wrong.
#![allow(clippy::needless_bitwise_bool)]

use super::agenda::Agenda;
use super::state::{PlanState, Standing};
use super::{Cause, ItemState, OutcomeState, Simulator, Status, TeamState};
use crate::program::{Follows, NONE, Program};
use std::hint::select_unpredictable as select;

impl Simulator<'_> {
    /// Lets plain items end, one moment after the other, as long as that is all that happens. Returns whether it stopped
    /// at a moment where a team takes a closer look at what is next, which is marked; else what is next on the agenda does.
    #[inline(never)]
    pub(super) fn pass_plain_ends(&mut self) -> bool {
        let mut plain = Plain {
            program: self.program,
            slots: &self.program.slots,
            items: &mut self.items,
            teams: &mut self.teams,
            outcomes: &mut self.outcomes,
            ready: &mut self.ready,
            plans: &mut self.plans,
            agenda: &mut self.agenda,
            dirty: &mut self.dirty,
            now: self.now,
            first_order: self.first_order,
            orders: self.orders,
            ended: 0,
        };
        while plain.end_next() {}
        (self.now, self.first_order, self.orders) = (plain.now, plain.first_order, plain.orders);
        if plain.ended > 0 {
            self.completions += plain.ended;
            self.last_end = self.now;
        }
        !self.dirty.is_empty()
    }
}

/// What a plain end reads and changes of a trial, each within reach.
struct Plain<'a> {
    program: &'a Program,
    slots: &'a [u32],
    items: &'a mut [ItemState],
    teams: &'a mut [TeamState],
    outcomes: &'a mut [OutcomeState],
    ready: &'a mut [u64],
    plans: &'a mut [PlanState],
    agenda: &'a mut Agenda,
    dirty: &'a mut Vec<u32>,
    now: f64,
    first_order: u32,
    orders: u32,
    ended: u64,
}

impl Plain<'_> {
    /// The next moment, if it is such a one. Returns whether what comes after it may be looked at.
    #[inline(always)]
    fn end_next(&mut self) -> bool {
        let Some(number) = self.agenda.lone_end(self.items) else { return false };
        if self.agenda.is_fresh() {
            self.look_ahead();
        }
        let item = &mut self.items[number as usize];
        if !item.kind.is_among_plain() || item.standing != Standing::RUNNING {
            return false;
        }
        let more = item.kind.has_more();
        if self.outcomes[item.gates as usize].pending <= 1
            || more && one_goes_live(self.program, number, self.outcomes)
        {
            return false;
        }
        self.outcomes[item.gates as usize].pending -= 1;
        item.standing = Standing::DONE;
        let at = item.ends;
        self.agenda.pass(at);
        if at > self.now {
            self.now = at;
            self.first_order = self.orders;
        }
        self.ended += 1;
        let (next, team) = (item.next, item.team);
        let people = &mut self.teams[team as usize];
        people.free += i64::from(item.crew);
        people.freed_by = number;
        // Those that it opens have this order or a later one.
        let opened = self.orders;
        let elsewhere = self.release(next[0], number, team) | self.release(next[1], number, team);
        if more {
            self.release_more(number, team, opened, elsewhere);
        } else if elsewhere > 0 {
            self.mark_others(&next, team, opened);
        }
        self.let_take_up(team)
    }

    /// Looks at what the ends in the bucket at hand will need, all at once: fetching it end by end is what a trial would wait
    /// for most.
    #[inline(never)]
    fn look_ahead(&mut self) {
        let mut seen = 0;
        for &number in self.agenda.at_hand() {
            let Some(item) = self.items.get(number as usize) else { continue };
            for next in item.next {
                seen ^= self.items[next as usize].order;
            }
            let word = self.teams[item.team as usize].word as usize;
            let Some(waiting) = self.ready.get(word) else { continue };
            let first = self.slots[word * 64 + waiting.trailing_zeros() as usize % 64];
            seen ^= self.items.get(first as usize).map_or(0, |item| item.order);
        }
        std::hint::black_box(seen);
    }

    /// An item that waits no longer for the one that ended. Returns what is not zero where it opens in another team.
    #[inline(always)]
    fn release(&mut self, next: u32, ended: u32, team: u32) -> u32 {
        let item = &mut self.items[next as usize];
        let opens = item.standing.release();
        item.order = select(opens, self.orders, item.order);
        item.cause = select(opens, Cause::item(ended), item.cause);
        self.orders += u32::from(opens);
        self.ready[item.slot as usize / 64] |= u64::from(opens) << (item.slot % 64);
        select(opens, item.team ^ team, 0)
    }

    /// What follows after the first two items and the first outcome.
    #[inline(never)]
    fn release_more(&mut self, ended: u32, team: u32, opened: u32, mut elsewhere: u32) {
        let follows = self.program.list(self.program.items[ended as usize].follows);
        let mut first = true;
        for (place, &code) in follows.iter().enumerate() {
            match Follows::of(code) {
                Follows::Item(_) if place < 2 => {}
                Follows::Item(item) => elsewhere |= self.release(item, ended, team),
                Follows::Outcome(_) if std::mem::take(&mut first) => {}
                Follows::Outcome(outcome) => self.outcomes[outcome as usize].pending -= 1,
                Follows::Landing(_) => {}
            }
        }
        if elsewhere > 0 {
            self.mark_others(follows, team, opened);
        }
    }

    /// Marks other teams for which an item opened at this moment, in the order in which they opened.
    #[inline(never)]
    fn mark_others(&mut self, follows: &[u32], team: u32, opened: u32) {
        for &code in follows {
            let Follows::Item(next) = Follows::of(code) else { continue };
            let item = &self.items[next as usize];
            if item.team != team && item.status() == Status::READY && item.order >= opened {
                let team = item.team;
                if !std::mem::replace(&mut self.teams[team as usize].dirty, true) {
                    self.dirty.push(team);
                }
            }
        }
    }

    /// The teams take up what is ready: first those that are marked, the last of them first, then this one. From the first
    /// on that has to take a closer look, they are left marked. Returns whether none had.
    #[inline(always)]
    fn let_take_up(&mut self, team: u32) -> bool {
        let done = (self.dirty.is_empty() || self.others_take_up()) && self.takes_up(team);
        if !done {
            self.teams[team as usize].dirty = true;
            self.dirty.insert(0, team);
        }
        done
    }

    #[inline(never)]
    fn others_take_up(&mut self) -> bool {
        while let Some(&team) = self.dirty.last() {
            if !self.takes_up(team) {
                return false;
            }
            self.teams[team as usize].dirty = false;
            self.dirty.pop();
        }
        true
    }

    /// Lets a team take up what is ready; returns whether that took no closer look.
    #[inline(always)]
    fn takes_up(&mut self, team: u32) -> bool {
        match self.takes_one_up(team) {
            Taken::Done => true,
            Taken::CloserLook => false,
            Taken::More => self.takes_more_up(team),
        }
    }

    /// [`Self::takes_up`] for what happens seldom.
    #[inline(never)]
    fn takes_more_up(&mut self, team: u32) -> bool {
        loop {
            match self.takes_one_up(team) {
                Taken::Done => return true,
                Taken::CloserLook => return false,
                Taken::More => {}
            }
        }
    }

    /// Lets a team take up what is ready first.
    #[inline(always)]
    fn takes_one_up(&mut self, team: u32) -> Taken {
        let people = &mut self.teams[team as usize];
        let (mut at, end) = (people.word as usize, (people.word + people.words) as usize);
        let waiting = loop {
            let waiting = self.ready[at];
            if waiting != 0 {
                break waiting;
            }
            at += 1;
            if at >= end {
                return Taken::Done;
            }
        };
        let number = self.slots[at * 64 + waiting.trailing_zeros() as usize];
        let item = &mut self.items[number as usize];
        let left = people.free - i64::from(item.crew);
        if left < 0 || people.free <= 0 {
            return Taken::Done;
        }
        if !item.kind.is_plain() {
            return Taken::CloserLook;
        }
        let plan = &mut self.plans[item.plan as usize];
        let ends = self.now + item.days / (f64::from(item.crew) * people.plain_pace);
        // Where the pace is not a number the end is none.
        if ends.partial_cmp(&plan.counted).is_none_or(std::cmp::Ordering::is_gt) || item.order < plan.behind {
            return Taken::CloserLook;
        }
        let rest = waiting & (waiting - 1);
        self.ready[at] = rest;
        people.free = left;
        let waited = (item.order < self.first_order) & (people.freed_by != NONE);
        item.cause = select(waited, Cause::item(people.freed_by), item.cause);
        item.standing = Standing::RUNNING;
        item.ends = ends;
        plan.spent += item.days;
        self.agenda.push_end(self.items, number, ends);
        if (left > 0) & ((rest != 0) | (at + 1 < end)) { Taken::More } else { Taken::Done }
    }
}

/// What became of taking up what is ready first.
enum Taken {
    /// Nothing more can be taken up.
    Done,
    /// There may be more to take up.
    More,
    /// Nothing was taken up: that takes a closer look.
    CloserLook,
}

/// Whether an outcome goes live where an item ends.
#[inline(never)]
fn one_goes_live(program: &Program, ended: u32, outcomes: &[OutcomeState]) -> bool {
    program.list(program.items[ended as usize].follows).iter().any(|&code| match Follows::of(code) {
        Follows::Outcome(outcome) => outcomes[outcome as usize].pending <= 1,
        Follows::Item(_) | Follows::Landing(_) => false,
    })
}
