package dev.tenon.ollama;

import dev.tenon.json.JacksonJson;
import dev.tenon.json.Json;
import dev.tenon.scope.Scope;
import dev.tenon.wire.ModelReply;
import dev.tenon.wire.ObjectReader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/** What Ollama tells while it fetches a model, an object a line. Not thread-safe. */
final class Pull implements ObjectReader {
    private final Consumer<? super PullProgress> progress;
    private final Scope scope;
    private boolean succeeded;

    Pull(Consumer<? super PullProgress> progress, Scope scope) {
        this.progress = progress;
        this.scope = scope;
    }

    boolean succeeded() {
        return succeeded;
    }

    @Override
    public @Nullable Json read(JsonParser parser) {
        if (scope.stopped()) scope.check();
        Json.Obj told = JacksonJson.read(parser).asObj();
        Json error = told.get("error").orElse(Json.NULL);
        if (ModelReply.isError(error)) return told;
        String status = told.string("status").orElse("");
        succeeded |= status.equals("success");
        progress.accept(new PullProgress(
                status, told.string("digest").orElse(""), number(told, "total"), number(told, "completed")));
        return null;
    }

    private static long number(Json.Obj told, String name) {
        return told.get(name).orElse(Json.NULL) instanceof Json.Num number ? Math.max(0, number.longValue()) : 0;
    }
}
