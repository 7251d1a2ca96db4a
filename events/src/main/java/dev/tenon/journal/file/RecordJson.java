package dev.tenon.journal.file;

import dev.tenon.journal.JournalRecord;
import dev.tenon.journal.JournalRecord.Begun;
import dev.tenon.journal.JournalRecord.Closed;
import dev.tenon.journal.JournalRecord.Ended;
import dev.tenon.journal.JournalRecord.Signalled;
import dev.tenon.journal.JournalRecord.Started;
import dev.tenon.journal.JournalRecord.Stopping;
import dev.tenon.json.Json;

/** The JSON form of records: what {@code Json.of(record)} makes, written out because it is made for every record of every run. */
final class RecordJson {
    private RecordJson() {}

    static Json.Obj of(JournalRecord record) {
        // Members that this version does not know come first: none of them can take the place of one that it does.
        Json.ObjBuilder json = Json.object().putAll(Json.Obj.of(record.extra()));
        switch (record) {
            case Begun begun ->
                head(json, "begun", begun)
                        .put("program", begun.program())
                        .put("definition", begun.definition())
                        .put("input", begun.input());
            case Started started ->
                head(json, "started", started)
                        .put("key", started.key())
                        .put("kind", started.kind())
                        .put("digest", started.digest())
                        .put("attempt", started.attempt())
                        .put("reserved", started.reserved());
            case Ended ended ->
                head(json, "ended", ended).put("key", ended.key()).put("outcome", ended.outcome());
            case Signalled signalled ->
                head(json, "signalled", signalled).put("name", signalled.name()).put("payload", signalled.payload());
            case Stopping stopping -> head(json, "stopping", stopping).put("stop", stopping.stop());
            case Closed closed -> head(json, "closed", closed).put("end", closed.end());
        }
        return json.build();
    }

    private static Json.ObjBuilder head(Json.ObjBuilder json, String type, JournalRecord record) {
        return json.put("type", type).put("time", record.time().toString());
    }

    /**
     * The record of a JSON form.
     *
     * @throws dev.tenon.json.JsonException where it is none
     */
    static JournalRecord read(Json json) {
        return json.as(JournalRecord.class);
    }
}
