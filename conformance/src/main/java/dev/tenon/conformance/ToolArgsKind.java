package dev.tenon.conformance;

import dev.tenon.json.Json;
import dev.tenon.output.OutputException;
import dev.tenon.output.RecoveryParser;
import dev.tenon.schema.JsonSchema;
import dev.tenon.schema.Violation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Argument texts of tool calls, and the arguments the tool is called with, or what goes back to the model. */
final class ToolArgsKind implements Kind {
    @Override
    public String name() {
        return "tool-args";
    }

    @Override
    public Set<String> given() {
        return Set.of("tool", "arguments");
    }

    @Override
    public void read(List<Given> cases, Lines lines) throws IOException {
        for (Given one : cases) {
            lines.add(Guarded.read(one, () -> line(one)));
        }
    }

    private static Json.Obj line(Given one) {
        Json schema = one.members()
                .get("tool")
                .flatMap(tool -> tool.at("/parameters"))
                .orElse(Json.Obj.EMPTY);
        Json.ObjBuilder line = Json.object().put("id", one.id());
        try {
            RecoveryParser parser = RecoveryParser.of(JsonSchema.of(schema));
            return line.put(
                            "arguments",
                            parser.arguments(one.text("arguments").orElse(null)).value())
                    .build();
        } catch (OutputException e) {
            List<Json> errors = new ArrayList<>();
            for (Violation violation : e.violations()) {
                Json.ObjBuilder error =
                        Json.object().put("path", violation.pointer()).put("keyword", violation.keyword());
                if (!violation.missing().isEmpty()) {
                    error.put("missing", violation.missing());
                }
                errors.add(error.build());
            }
            return line.put("errors", errors).build();
        }
    }

    @Override
    public List<String> compare(Json.Obj wanted, List<Json.Obj> came) {
        Json.Obj line = came.size() == 1 ? came.getFirst() : Json.Obj.EMPTY;
        Comparison comparison = new Comparison();
        if (wanted.has("expected")) {
            comparison.member("arguments", wanted.get("expected"), line.get("arguments"));
        } else {
            // The first is the one that the model is told first.
            comparison.member("error", wanted.get("expected_error"), line.at("/errors/0"));
        }
        return comparison.differences();
    }
}
