//! The real program, run as a user runs it, against a sandbox in this process.

mod calls;
mod check;
mod compare;
mod crypto;
mod demo;
mod doctor;
mod endings;
mod evidence;
mod liveness;
mod manual;
mod ops;
mod photo;
mod returns;
mod sandbox;
mod secrets;
mod shell;
