package dev.tenon.conformance;

import dev.tenon.json.Json;
import dev.tenon.output.OutputException;
import dev.tenon.output.RecoveryParser;
import dev.tenon.schema.JsonSchema;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** Texts of models, and the JSON that is in them. A case that takes too long or overflows is told apart from one that fails clearly. */
final class RecoveryKind implements Kind {
    @Override
    public String name() {
        return "recovery";
    }

    @Override
    public Set<String> given() {
        return Set.of("input", "input_gen", "schema", "max_ms");
    }

    @Override
    public void read(List<Given> cases, Lines lines) throws IOException {
        for (Given one : cases) {
            lines.add(Guarded.read(one, () -> line(one)));
        }
    }

    private static Json.Obj line(Given one) {
        RecoveryParser parser = one.members()
                .get("schema")
                .map(schema -> RecoveryParser.of(JsonSchema.of(schema)))
                .orElseGet(RecoveryParser::any);
        Json.ObjBuilder line = Json.object().put("id", one.id());
        try {
            return line.put("value", parser.parse(input(one)).value()).build();
        } catch (OutputException e) {
            return line.put("error", String.valueOf(e.getMessage())).build();
        }
    }

    private static String input(Given one) {
        if (one.text("input").isPresent()) {
            return one.needed("input");
        }
        StringBuilder input = new StringBuilder();
        for (Json part : one.members().get("input_gen").orElse(Json.Arr.EMPTY).asArr()) {
            input.append(part.at("/s")
                    .orElseThrow()
                    .asString()
                    .repeat(Math.toIntExact(part.at("/n").orElseThrow().asLong())));
        }
        return input.toString();
    }

    @Override
    public List<String> compare(Json.Obj wanted, List<Json.Obj> came) {
        Json.Obj line = came.size() == 1 ? came.getFirst() : Json.Obj.EMPTY;
        boolean value = line.has("value");
        boolean error = line.string("error").filter(said -> !said.isBlank()).isPresent();
        Comparison comparison = new Comparison();
        if (wanted.has("expected")) {
            comparison.member("value", wanted.get("expected"), line.get("value"));
            return comparison.differences();
        }
        boolean right = value != error
                && switch (wanted.string("outcome").orElse("clear_failure")) {
                    case "value" -> value;
                    case "value_or_clear_failure" -> true;
                    default -> error;
                };
        if (right) {
            return List.of();
        }
        String outcome = wanted.string("outcome").orElse("an error");
        return List.of("wanted " + outcome + ", came " + (value ? "a value" : line.without("id")));
    }
}
