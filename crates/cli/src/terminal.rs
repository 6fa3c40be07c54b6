//! How answers look on a terminal: colours that can be turned off, tables, widths, progress.

use crate::arguments::ColorChoice;
use anstyle::{AnsiColor, Style};
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, Table, presets};
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::{self, Display};
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// Where output goes, and what it may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    colours: bool,
    width: u16,
    interactive: bool,
}

/// What a piece of text means; the colour follows from that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Stands without others.
    Stands,
    /// Leans on others.
    Leans,
    /// Late, never, lost.
    Late,
    /// Beside the point.
    Soft,
    /// The answer itself.
    Strong,
}

impl Terminal {
    /// Looks at standard output, `NO_COLOR` and the choice made.
    pub(crate) fn new(choice: ColorChoice) -> Self {
        let out = std::io::stdout().is_terminal();
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let colours = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => out && !refused,
        };
        // A pipe has no width; 100 columns read well in a file.
        let width = if out { terminal_size::terminal_size().map_or(100, |(width, _)| width.0) } else { 100 };
        Self { colours, width: width.clamp(60, 140), interactive: std::io::stderr().is_terminal() }
    }

    pub(crate) fn colours(self) -> bool {
        self.colours
    }

    pub(crate) fn width(self) -> u16 {
        self.width
    }

    /// The text in the colour of its meaning.
    pub(crate) fn paint(self, tone: Tone, text: impl Display) -> String {
        if !self.colours {
            return text.to_string();
        }
        let style = match tone {
            Tone::Stands => Style::new().fg_color(Some(AnsiColor::Cyan.into())),
            Tone::Leans => Style::new().fg_color(Some(AnsiColor::Yellow.into())),
            Tone::Late => Style::new().fg_color(Some(AnsiColor::Red.into())),
            Tone::Soft => Style::new().dimmed(),
            Tone::Strong => Style::new().bold(),
        };
        format!("{style}{text}{style:#}")
    }

    /// A table with the columns' titles; numbers are aligned to the right where `right` says so.
    pub(crate) fn table(self, titles: &[&str], right: &[usize]) -> Table {
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(self.width)
            .set_header(titles.iter().map(|title| {
                let cell = Cell::new(title);
                if self.colours { cell.add_attribute(Attribute::Dim) } else { cell }
            }));
        for &column in right {
            if let Some(column) = table.column_mut(column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        for column in table.column_iter_mut() {
            column.set_padding((0, 2));
        }
        table
    }

    /// A progress bar on standard error over the steps; nothing in a pipe.
    pub(crate) fn progress<T>(
        self,
        message: &'static str,
        steps: impl ExactSizeIterator<Item = T>,
        each: impl Fn(T),
    ) {
        let bar = if self.interactive { ProgressBar::new(steps.len() as u64) } else { ProgressBar::hidden() };
        bar.set_style(
            ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.set_message(message);
        for step in steps {
            each(step);
            bar.inc(1);
        }
        bar.finish_and_clear();
    }

    /// A progress bar on standard error while `work` runs and tells how far it is of how far it will go; nothing in a pipe.
    pub(crate) fn while_counting<T>(
        self,
        message: &'static str,
        work: impl FnOnce(&mut dyn FnMut(u64, u64)) -> T,
    ) -> T {
        let bar = if self.interactive { ProgressBar::new(1) } else { ProgressBar::hidden() };
        bar.set_style(
            ProgressStyle::with_template("{msg} {bar:30} {human_pos} of about {human_len}")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.set_message(message);
        let result = work(&mut |done, expected| {
            bar.set_length(expected);
            bar.set_position(done);
        });
        bar.finish_and_clear();
        result
    }

    /// A progress bar on standard error while `work` runs and tells what it is doing, and how far it is of how far it will
    /// go; nothing in a pipe.
    pub(crate) fn while_doing<T>(self, work: impl FnOnce(&mut dyn FnMut(&'static str, u64, u64)) -> T) -> T {
        let bar = if self.interactive { ProgressBar::new(1) } else { ProgressBar::hidden() };
        bar.set_style(
            ProgressStyle::with_template("{spinner} {msg} {bar:30} {human_pos} of {human_len}")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.enable_steady_tick(Duration::from_millis(200));
        let result = work(&mut |message, done, of| {
            bar.set_message(message);
            bar.set_length(of);
            bar.set_position(done);
        });
        bar.finish_and_clear();
        result
    }

    /// A progress bar on standard error over things with names, while `work` says which it is at; nothing in a pipe.
    pub(crate) fn while_naming<T>(
        self,
        message: &'static str,
        work: impl FnOnce(&mut dyn FnMut(&str, usize, usize)) -> T,
    ) -> T {
        let bar = if self.interactive { ProgressBar::new(1) } else { ProgressBar::hidden() };
        bar.set_style(
            ProgressStyle::with_template("{spinner} {msg} {bar:30} {pos}/{len}")
                .unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.enable_steady_tick(Duration::from_millis(200));
        let result = work(&mut |name, at, of| {
            bar.set_message(format!("{message} {name}"));
            bar.set_length(of as u64);
            bar.set_position(at as u64);
        });
        bar.finish_and_clear();
        result
    }

    /// A progress line on standard error while `work` runs; nothing in a pipe, and nothing for what is done at once.
    pub(crate) fn while_running<T>(self, message: &'static str, work: impl FnOnce() -> T) -> T {
        if !self.interactive {
            return work();
        }
        let bar = ProgressBar::new_spinner().with_message(message);
        bar.set_style(
            ProgressStyle::with_template("{spinner} {msg} {elapsed}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner()),
        );
        bar.enable_steady_tick(Duration::from_millis(200));
        let result = work();
        bar.finish_and_clear();
        result
    }
}

/// Writes to standard output. Whoever reads it may have had enough (`| head`): then there is nobody left to tell, and the
/// command ends in silence as other tools do.
pub(crate) fn write_out(text: fmt::Arguments<'_>) {
    let mut out = std::io::stdout().lock();
    if out.write_fmt(text).and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// As `println!`, and safe for a pipe that is closed early.
macro_rules! say {
    () => { $crate::terminal::write_out(format_args!("\n")) };
    ($($text:tt)*) => { $crate::terminal::write_out(format_args!("{}\n", format_args!($($text)*))) };
}
/// As `print!`, and safe for a pipe that is closed early.
macro_rules! say_part {
    ($($text:tt)*) => { $crate::terminal::write_out(format_args!($($text)*)) };
}
pub(crate) use {say, say_part};

/// Prints a table without the blanks that pad its last column.
pub(crate) fn print_table(table: &Table) {
    for line in table.lines() {
        say!("{}", line.trim_end());
    }
}
