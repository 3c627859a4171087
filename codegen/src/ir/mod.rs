//! The middle form: everything a template needs to know, and nothing that belongs to one language.
//!
//! It is sorted by id and by name, so that the order of registration cannot be seen in it. Names of fields and words are
//! the wire's; names of shapes are in PascalCase; the case and the reserved words of a language are its template's
//! business (see [`crate::names`]).

mod build;
mod config;
mod doc;
mod schema;
mod union;

pub use build::build;
pub use config::ConfigField;

use serde::Serialize;
use serde_json::Value;

/// The whole middle form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ir {
    /// The version of this form: it changes when a template has to.
    pub version: u32,
    /// Every operation, by id.
    pub operations: Vec<Op>,
    /// The same operations as a tree, as façades show them: `client.juhe.verifyface.verify2`.
    pub tree: Group,
    /// Every shape with fields. One that another one holds comes before it; apart from that, by name.
    pub structs: Vec<Struct>,
    /// Every closed list of words, by name.
    pub enums: Vec<Enum>,
    /// The table of error kinds, in order of their numbers.
    pub error_kinds: Vec<ErrorKind>,
    /// Every decision of a verdict, in the order of the core.
    pub decisions: Vec<Word>,
    /// Every outcome of a check.
    pub checks: Vec<Word>,
    /// Every answer to whether money was spent.
    pub billed: Vec<Word>,
    /// Every vendor.
    pub vendors: Vec<Word>,
    /// Every field of a client's configuration, by path.
    pub config: Vec<ConfigField>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Op {
    /// `juhe.verifyface.verify2`.
    pub id: String,
    /// `["juhe", "verifyface", "verify2"]`: groups, then the method.
    pub path: Vec<String>,
    /// One sentence.
    pub doc: String,
    /// All that its source says about it: paragraphs with an empty line between them.
    pub about: String,
    /// `remote`, `local` or `heavy`.
    pub place: &'static str,
    /// The request's shape: `JuheVerifyfaceVerify2`.
    pub request: String,
    /// The reply's shape: `JuheVerifyfaceVerify2Reply`, or one that is used elsewhere too, as `Session`.
    pub reply: String,
}

/// A group of operations.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Group {
    /// Its own name; empty at the root.
    pub name: String,
    /// Its names from the root, as in an id; empty at the root.
    pub path: Vec<String>,
    /// Groups inside, by name.
    pub groups: Vec<Group>,
    /// The ids of operations directly in it.
    pub operations: Vec<String>,
}

/// What a shape is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The request of one operation.
    Request,
    /// The reply of one operation, and of no other use.
    Reply,
    /// Part of others, or the reply of one and part of others.
    Shared,
    /// What an error says.
    Error,
}

/// A shape with fields.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Struct {
    /// Its name, unique among all shapes.
    pub name: String,
    /// Paragraphs with an empty line between them.
    pub doc: String,
    /// What it is for.
    pub role: Role,
    /// The operation of a request or a reply.
    pub operation: Option<String>,
    /// Whether requests hold it.
    pub sent: bool,
    /// Whether replies hold it.
    pub received: bool,
    /// Where it stands for one of several shapes, the field that says which.
    pub tag: Option<String>,
    /// Its fields, in the order of the source.
    pub fields: Vec<Field>,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// Its name on the wire.
    pub name: String,
    /// Paragraphs with an empty line between them; the last says whether it is personal data or a secret.
    pub doc: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Whether a request must have it; a reply always has it then.
    pub required: bool,
    /// Whether it may be nothing at all (`null`, or left out).
    pub optional: bool,
    /// What is taken when a request leaves it out, where the schema says so.
    pub default: Option<Value>,
    /// Whether it must not be printed.
    pub guard: Option<Guard>,
}

/// Why a text must not be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Guard {
    /// A person's data.
    Personal,
    /// A key or a token.
    Secret,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Type {
    /// Text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number that a double holds exactly.
    Int {
        /// The least one.
        min: i64,
        /// The greatest one.
        max: i64,
    },
    /// A number.
    Double,
    /// Bytes, handed over beside the JSON.
    Blob,
    /// A moment: RFC 3339 text in UTC on the wire, to the millisecond.
    Time,
    /// An object of unknown fields: any JSON.
    Extra,
    /// Several of one type; never of lists, of unknown objects, or of things that may be nothing.
    List {
        /// What its elements are.
        of: Box<Type>,
    },
    /// A shape with fields.
    Struct {
        /// Its name.
        name: String,
    },
    /// A word of a list.
    Enum {
        /// The list's name.
        name: String,
    },
}

impl Type {
    /// The shape that it names, its elements' if it is a list.
    pub fn shape(&self) -> Option<&str> {
        match self {
            Type::Struct { name } | Type::Enum { name } => Some(name),
            Type::List { of } => of.shape(),
            _ => None,
        }
    }
}

/// A list of words. It is closed for who writes and open for who reads: a later version may answer with a new one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Enum {
    /// Its name, unique among all shapes.
    pub name: String,
    /// Paragraphs with an empty line between them.
    pub doc: String,
    /// Its words, in the order of the source.
    pub values: Vec<Word>,
    /// The word that an unknown one is read as: an unknown decision is `inconclusive`. Where there is none, a façade adds
    /// a value of its own for what it does not know.
    pub fallback: Option<String>,
    /// Whether requests hold it.
    pub sent: bool,
    /// Whether replies hold it.
    pub received: bool,
}

/// One word.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Word {
    /// As it stands on the wire.
    pub word: String,
    /// What it means, where the source says so.
    pub doc: String,
}

/// One kind of error.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ErrorKind {
    /// Its stable number.
    pub number: i32,
    /// Its name on the wire.
    pub name: &'static str,
    /// The more general kind: whoever handles a lost connection handles a handshake that failed.
    pub parent: Option<&'static str>,
    /// One sentence.
    pub meaning: &'static str,
}

impl Group {
    /// Every group inside, at any depth: inner ones before those that hold them.
    pub fn all(&self) -> Vec<&Group> {
        self.groups.iter().flat_map(|inner| inner.all().into_iter().chain([inner])).collect()
    }
}

impl Ir {
    /// The shape with this name.
    pub fn find_struct(&self, name: &str) -> Option<&Struct> {
        self.structs.iter().find(|shape| shape.name == name)
    }

    /// The list of words with this name.
    pub fn find_enum(&self, name: &str) -> Option<&Enum> {
        self.enums.iter().find(|list| list.name == name)
    }
}
