package dev.tenon.workflow;

import dev.tenon.json.Json;

/**
 * The time and a lot as a run was told them. Expressions take both from here. Immutable.
 *
 * @param millis since 1970
 */
record Moment(long millis, long seed) {
    Json json() {
        return Json.object().put("millis", millis).put("seed", seed).build();
    }

    static Moment of(Json json) {
        Json.Obj object = json.asObj();
        return new Moment(
                object.get("millis").orElse(Json.of(0)).asLong(),
                object.get("seed").orElse(Json.of(0)).asLong());
    }

    /** A number from 0 to below 1 that depends on the seed and on what it is for. */
    static double lot(long seed, int purpose) {
        long mixed = seed + purpose * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        mixed ^= mixed >>> 31;
        return (mixed >>> 11) * 0x1.0p-53;
    }
}
