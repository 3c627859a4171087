/** A photo or other bytes: a `Buffer`, any typed array, or an `ArrayBuffer`. What a file holds is given by `readFile(path)`. */
export type Bytes = ArrayBufferView | ArrayBuffer;
