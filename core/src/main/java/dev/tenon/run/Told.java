package dev.tenon.run;

import dev.tenon.json.Json;
import dev.tenon.message.Content;

/** What of outcomes and notices is told in events. */
final class Told {
    /** The name of the notice by which a tool tells how far it is. */
    static final String PROGRESS = "tool.call.progress";

    /** Enough to see what came; the whole is in the run's messages. */
    private static final int MOST = 1_000;

    private Told() {}

    static String of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Returned returned -> clipped(Content.text(returned.content()));
            case Outcome.Failed failed -> clipped(failed.failure().message());
            case Outcome.Limited limited -> limited.reached().message();
            case Outcome.Stopped stopped -> "stopped: " + stopped.stop().reason();
            case Outcome.Loaded loaded -> "";
            case Outcome.Replied replied -> "";
            case Outcome.Interpreted interpreted -> "";
            case Outcome.ChildEnded ended -> ended.end().word();
            case Outcome.Answered answered -> "";
            case Outcome.Worked worked -> clipped(worked.value().toString());
            case Outcome.Woke woke -> "";
            case Outcome.Appended appended -> "";
        };
    }

    static String words(Json payload) {
        return payload instanceof Json.Str text ? text.value() : payload.toString();
    }

    private static String clipped(String text) {
        return text.length() <= MOST ? text : text.substring(0, MOST) + "…";
    }
}
