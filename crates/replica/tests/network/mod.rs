//! Network namespaces: each process in one of its own, with a cable to this machine that can be cut.

use std::net::Ipv4Addr;
use std::process::{Command, Stdio};

/// A namespace with one cable.
pub(crate) struct Namespace {
    name: String,
    cable: String,
    /// This machine's end of the cable.
    pub(crate) here: Ipv4Addr,
}

fn ip(arguments: &[&str]) -> Result<(), String> {
    let said = Command::new("ip").args(arguments).stdin(Stdio::null()).output();
    let said = said.map_err(|error| format!("`ip` cannot be run: {error}"))?;
    if said.status.success() {
        return Ok(());
    }
    Err(format!("`ip {}`: {}", arguments.join(" "), String::from_utf8_lossy(&said.stderr).trim()))
}

impl Namespace {
    /// The `number`th namespace of this process.
    ///
    /// # Errors
    /// It may not make one: not root, or in a container without the right to.
    pub(crate) fn new(number: u8) -> Result<Self, String> {
        let process = std::process::id();
        let (name, cable) = (format!("kedge-{process}-{number}"), format!("kd{process}x{number}"));
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
