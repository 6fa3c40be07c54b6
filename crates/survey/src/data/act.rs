//! What is done to data, and to what.

use serde::{Deserialize, Serialize};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Rows are added; `COPY … FROM`, too.
    Insert,
    /// Rows are changed.
    Update,
    /// Rows are taken away.
    Delete,
    /// Rows are added, changed or taken away, as it comes: `MERGE`, and what an ORM calls save.
    Merge,
    /// All rows are taken away.
    Truncate,
    /// A message is sent.
    Send,
    /// Rows are read.
    Select,
    /// Rows are read beside those of another.
    Join,
    /// Messages are received.
    Receive,
    /// It is defined.
    Create,
    /// Its definition is changed.
    Alter,
    /// Its definition is taken away.
    Drop,
    /// A procedure or function is called.
    Call,
}

impl Act {
    /// Whether it changes what is stored.
    pub fn is_write(self) -> bool {
        matches!(self, Self::Insert | Self::Update | Self::Delete | Self::Merge | Self::Truncate | Self::Send)
    }

    /// Whether it reads what is stored.
    pub fn is_read(self) -> bool {
        matches!(self, Self::Select | Self::Join | Self::Receive)
    }

    /// Whether it is about the definition, not about what is stored.
    pub fn is_definition(self) -> bool {
        matches!(self, Self::Create | Self::Alter | Self::Drop)
    }
}

/// What something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A table, or what is taken for one because nothing defines it.
    Table,
    /// A view, materialised or not.
    View,
    /// A stored procedure.
    Procedure,
    /// A function.
    Function,
    /// A trigger.
    Trigger,
    /// A topic that many may receive: Kafka, NATS, an exchange of RabbitMQ, a topic of SNS or of a service bus.
    Topic,
    /// A queue: RabbitMQ, SQS, Azure.
    Queue,
}

impl Kind {
    /// Whether it does something with data rather than keep it: what it does counts through to its callers.
    pub fn is_routine(self) -> bool {
        matches!(self, Self::View | Self::Procedure | Self::Function | Self::Trigger)
    }
}
