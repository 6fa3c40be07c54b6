//! Network namespaces: each process in one of its own, with a cable to this machine that can be cut.

use std::net::Ipv4Addr;
use std::process::{Command, Stdio};

/// What names of namespaces begin with; the number of the process that made it follows, and which of its own it is.
const PREFIX: &str = "kedge-";

/// A namespace with one cable.
pub(crate) struct Namespace {
    name: String,
    cable: String,
    /// This machine's end of the cable.
    pub(crate) here: Ipv4Addr,
}

fn ip(arguments: &[&str]) -> Result<String, String> {
    let said = Command::new("ip").args(arguments).stdin(Stdio::null()).output();
    let said = said.map_err(|error| format!("`ip` cannot be run: {error}"))?;
    if said.status.success() {
        return Ok(String::from_utf8_lossy(&said.stdout).into_owned());
    }
    Err(format!("`ip {}`: {}", arguments.join(" "), String::from_utf8_lossy(&said.stderr).trim()))
}

fn cable(process: u32, number: u8) -> String {
    format!("kd{process}x{number}")
}

impl Namespace {
    /// The `number`th namespace of this process.
    ///
    /// # Errors
    /// It may not make one: not root, or in a container without the right to.
    pub(crate) fn new(number: u8) -> Result<Self, String> {
        Self::of(std::process::id(), number)
    }

    /// Likewise of another process.
    pub(crate) fn of(process: u32, number: u8) -> Result<Self, String> {
        let (name, cable) = (format!("{PREFIX}{process}-{number}"), cable(process, number));
        // Of the block for benchmarks of networks (RFC 2544): nobody's.
        let third = u8::try_from(process % 200).unwrap();
        let (here, there) =
            (Ipv4Addr::new(198, 18, third, 4 * number + 1), Ipv4Addr::new(198, 18, third, 4 * number + 2));
        ip(&["netns", "add", &name])?;
        let made = Self { name, cable, here };
        let (name, cable, end) = (made.name.as_str(), made.cable.as_str(), format!("{}e", made.cable));
        ip(&["link", "add", cable, "type", "veth", "peer", "name", &end, "netns", name])?;
        ip(&["addr", "add", &format!("{here}/30"), "dev", cable])?;
        ip(&["-n", name, "addr", "add", &format!("{there}/30"), "dev", &end])?;
        ip(&["-n", name, "link", "set", &end, "up"])?;
        ip(&["-n", name, "link", "set", "lo", "up"])?;
        made.mend();
        Ok(made)
    }

    /// The names of all there are.
    pub(crate) fn all() -> Result<Vec<String>, String> {
        let names = ip(&["netns", "list"])?;
        let names = names.lines().filter_map(|line| line.split_whitespace().next());
        Ok(names.filter(|name| name.starts_with(PREFIX)).map(str::to_owned).collect())
    }

    /// What processes left behind that were killed: namespaces of processes that are no more, or that are something else by now.
    pub(crate) fn clean_up() -> Result<(), String> {
        let program = |process: u32| std::fs::read_to_string(format!("/proc/{process}/comm")).ok();
        for name in Self::all()? {
            let numbers = name.strip_prefix(PREFIX).and_then(|numbers| numbers.split_once('-'));
            let numbers =
                numbers.and_then(|(process, number)| Some((process.parse().ok()?, number.parse().ok()?)));
            let Some((process, number)) = numbers else { continue };
            if program(process).is_none_or(|name| Some(name) != program(std::process::id())) {
                println!("{name} was left behind by a process that is gone");
                // Another run may be at the same.
                ip(&["link", "del", &cable(process, number)]).ok();
                ip(&["netns", "del", &name]).ok();
            }
        }
        Ok(())
    }

    /// A command whose program runs in it.
    pub(crate) fn command(&self, program: &std::path::Path) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name, "setpriv", "--pdeathsig", "KILL"]).arg(program);
        command
    }

    /// From now on nothing passes, and neither side is told.
    pub(crate) fn cut(&self) {
        ip(&["link", "set", &self.cable, "down"]).unwrap();
    }

    pub(crate) fn mend(&self) {
        ip(&["link", "set", &self.cable, "up"]).unwrap();
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        ip(&["link", "del", &self.cable]).ok();
        ip(&["netns", "del", &self.name]).ok();
    }
}
