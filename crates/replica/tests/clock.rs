//! The laws of the hybrid logical clock, for any times of day.
#![allow(clippy::unwrap_used)]

use kedge_replica::{Clock, Millis, Timestamp};
use proptest::prelude::*;
use std::time::Duration;

const BOUND: Duration = Duration::from_mins(1);

#[derive(Clone, Debug)]
enum Happening {
    Tick { by: i64 },
    Observe { by: i64, ahead: i64, counter: u32 },
    Crash,
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let one = prop_oneof![
        4 => (-100_000..100_000i64).prop_map(|by| Happening::Tick { by }),
        4 => (-1_000..1_000i64, -100_000..200_000i64, prop_oneof![0..5u32, Just(u32::MAX)])
            .prop_map(|(by, ahead, counter)| Happening::Observe { by, ahead, counter }),
        1 => Just(Happening::Crash),
    ];
    prop::collection::vec(one, 1..80)
}

proptest! {
    #[test]
    fn it_never_goes_back_and_never_runs_ahead(happenings in happenings()) {
        let mut now: i64 = 1_700_000_000_000;
        let mut latest = now;
        let mut clock = Clock::resume(Timestamp::default(), BOUND);
        let mut before = Timestamp::default();
        let mut overflows = 0;
        for happening in happenings {
            match happening {
                Happening::Tick { by } => {
                    now += by;
                    latest = latest.max(now);
                    overflows += u32::from(clock.last().counter == u32::MAX);
                    let tick = clock.tick(Millis::new(now as u64));
                    prop_assert!(tick > before);
                    prop_assert!(tick.millis >= Millis::new(now as u64));
                    before = tick;
                }
                Happening::Observe { by, ahead, counter } => {
                    now += by;
                    latest = latest.max(now);
                    let time = Timestamp { millis: Millis::new((now + ahead) as u64), counter };
                    let taken = clock.observe(Millis::new(now as u64), time);
                    prop_assert_eq!(taken.is_ok(), ahead <= 60_000);
                    if taken.is_ok() {
                        prop_assert!(clock.last() >= time);
                    } else {
                        prop_assert_eq!(clock.last(), before);
                    }
                    before = clock.last();
                }
                // What was stored with the last event is all that is left.
                Happening::Crash => clock = Clock::resume(clock.last(), BOUND),
            }
            let most = Millis::new(latest as u64).after(BOUND).after(Duration::from_millis(u64::from(overflows)));
            prop_assert!(clock.last().millis <= most);
        }
    }
}

#[test]
fn cause_and_effect_carry_a_time_along_until_the_time_of_day_has_passed_it() {
    let mut sender = Clock::resume(Timestamp::default(), BOUND);
    let sent = sender.tick(Millis::new(10));
    let mut receiver = Clock::resume(Timestamp::default(), BOUND);
    receiver.observe(Millis::new(1), sent).unwrap();
    let replied = receiver.tick(Millis::new(2));
    assert_eq!((replied.millis.get(), replied.counter), (10, 1));
    sender.observe(Millis::new(11), replied).unwrap();
    let last = sender.tick(Millis::new(11));
    assert_eq!((last.millis.get(), last.counter), (11, 0));
}
