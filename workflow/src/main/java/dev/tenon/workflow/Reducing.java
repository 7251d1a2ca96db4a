package dev.tenon.workflow;

import dev.tenon.error.TenonException;
import dev.tenon.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How reducers reduce. */
final class Reducing {
    private Reducing() {}

    /** A write as it is kept until it is joined with what was written before. */
    static Json lifted(Reducer reducer, Json written) {
        return switch (reducer) {
            case APPEND -> Json.array(written);
            case CONCAT -> written instanceof Json.Arr ? written : Json.array(written);
            case SUM, MIN, MAX -> number(reducer, written);
            case MERGE -> object(written);
            case REPLACE, FIRST, LAST -> written;
        };
    }

    /** Two kept writes as one. Associative. */
    static Json joined(Reducer reducer, @Nullable Json before, Json after) {
        if (before == null) {
            return after;
        }
        return switch (reducer) {
            case APPEND, CONCAT -> {
                List<Json> items = new ArrayList<>(array(before).items());
                items.addAll(after.asArr().items());
                yield Json.Arr.of(items);
            }
            case SUM ->
                Json.of(number(reducer, before)
                        .value()
                        .add(number(reducer, after).value()));
            case MIN ->
                number(reducer, before).value().compareTo(number(reducer, after).value()) <= 0 ? before : after;
            case MAX ->
                number(reducer, before).value().compareTo(number(reducer, after).value()) >= 0 ? before : after;
            case MERGE -> {
                Json.ObjBuilder out = Json.object().putAll(object(before).asObj());
                yield out.putAll(after.asObj()).build();
            }
            case FIRST -> before;
            case REPLACE, LAST -> after;
        };
    }

    private static Json.Arr array(Json before) {
        return before instanceof Json.Arr array ? array : Json.array(before);
    }

    private static Json object(Json value) {
        if (value instanceof Json.Obj) {
            return value;
        }
        throw new TenonException("workflow.reducer", "reducer merge joins objects, got " + value.kind());
    }

    private static Json.Num number(Reducer reducer, Json value) {
        if (value instanceof Json.Num number) {
            return number;
        }
        throw new TenonException(
                "workflow.reducer",
                "reducer " + DefinitionWriter.word(reducer) + " joins numbers, got " + value.kind());
    }
}
