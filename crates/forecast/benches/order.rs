//! How close the order found comes to the best of all orders, on 200 random small organisations.
//!
//! Prints the mean and the worst gap in per cent of the best order's net value; the last line is the figure. Beside it,
//! the same gap of cost of delay over duration alone, and of the order in which the outcomes stand in the files.
#![allow(clippy::unwrap_used)]

#[path = "../tests/small/mod.rs"]
mod small;

use kedge_forecast::order::Effort;

fn main() {
    const ORGANISATIONS: u64 = 200;
    const FIRST: u64 = 1 << 20;
    const TRIALS: u64 = 2_000;
    let mut gaps: [Vec<f64>; 3] = Default::default();
    for number in 0..ORGANISATIONS {
        let program = small::organisation(number).program();
        let orders = program.orders(number);
        let rule = orders.by_cost_of_delay();
        let best = orders.best(Effort::DEFAULT, 0..10_000);
        // All on trials that the search has not seen.
        let highest = small::brute_force(&orders, FIRST, 100, 16, TRIALS);
        for (gaps, order) in gaps.iter_mut().zip([&best, &rule, &orders.ranked().to_vec()]) {
            let net = orders.net(order, FIRST..FIRST + TRIALS).mean;
            gaps.push((highest - net) / highest * 100.0);
        }
    }
    let mean = |gaps: &[f64]| gaps.iter().sum::<f64>() / gaps.len() as f64;
    let worst = |gaps: &[f64]| gaps.iter().copied().fold(0.0, f64::max);
    println!("{ORGANISATIONS} organisations of 1 to 3 teams and 3 to 6 outcomes, every order tried");
    println!("file order: mean {:.2} %, worst {:.2} %", mean(&gaps[2]), worst(&gaps[2]));
    println!("cost of delay over duration: mean {:.3} %, worst {:.2} %", mean(&gaps[1]), worst(&gaps[1]));
    println!("the order found: mean {:.3} %, worst below", mean(&gaps[0]));
    println!("forecast.order_gap_pct {:.3} %", worst(&gaps[0]));
}
