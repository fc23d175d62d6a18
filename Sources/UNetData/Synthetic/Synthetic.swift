/// Pictures with known labels, made by number: a seed gives the same bits on every machine.
///
/// Structures keep their size in pixels (cells of about 40), so that a larger picture shows more of them.
package enum Synthetic {}
