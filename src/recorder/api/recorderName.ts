/** Under this name the recorder leaves what `record` calls. */
export const RECORDER = Symbol.for('cnnslicer.record');
