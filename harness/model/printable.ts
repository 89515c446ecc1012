/**
 * Text from outside (ids, error messages, file names) as it may be printed: control characters, and the marks that turn the
 * direction of writing, are written out instead of being sent to somebody's terminal or XML file.
 */

// Everything that moves a cursor, changes a colour, or turns the direction of writing; and lone surrogates.
const unprintable = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]|\p{Surrogate}/gu

/** One line of text without anything that a terminal would obey. */
export const printable = (text: string): string =>
  text.replace(unprintable, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
