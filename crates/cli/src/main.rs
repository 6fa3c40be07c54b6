//! The `kedge` command: parses arguments, calls the workspace, prints the answer. No logic lives here.
//!
//! ```text
//! arguments ──▶ Session (the organisation opened) ──▶ commands/* ──▶ table or JSON, and an exit code
//! ```

mod arguments;
mod commands;
mod failure;
mod find;
mod terminal;

use arguments::Arguments;
use clap::Parser;
use failure::{Exit, Failure};
use std::process::ExitCode;
use terminal::{Terminal, Tone};

/// Plans are many small texts: reading and checking a thousand teams takes a sixth less than with the system's allocator
/// (`scripts/bench check` uses it too).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors; whatever else is wrong with the arguments is bad usage.
            let _ = error.print();
            return if error.use_stderr() { Exit::BadInput.into() } else { Exit::Fine.into() };
        }
    };
    let terminal = Terminal::new(arguments.common.color);
    match commands::run(&arguments, terminal) {
        Ok(exit) => exit.into(),
        Err(Failure { message, hint }) => {
            eprintln!("{} {message}", terminal.paint(Tone::Late, "error:"));
            if let Some(hint) = hint {
                eprintln!("{} {hint}", terminal.paint(Tone::Strong, "try:"));
            }
            Exit::BadInput.into()
        }
    }
}
