package dev.tenon.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.tenon.json.Json;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ParametersTest {
    /** Handed in by the program, not by the model. */
    interface Context {}

    record Place(String city) {}

    static final class Tools {
        String weather(
                @JsonProperty("place") @Description("where") Place place,
                @JsonProperty("days") Optional<Integer> days,
                @JsonProperty("unit") @Nullable String unit,
                @JsonProperty(value = "lines", defaultValue = "3") int lines,
                Context context) {
            return place + " " + days + unit + lines + context;
        }

        String unnamed(String text) {
            return text;
        }

        String nothing() {
            return "";
        }

        String twins(@JsonProperty("a") String a, @JsonProperty("a") String b) {
            return a + b;
        }
    }

    private static Method method(String name) {
        return java.util.Arrays.stream(Tools.class.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void parametersAreTheMembersOfAnObject() {
        assertThat(JsonSchema.ofParameters(method("weather"), Context.class).json())
                .isEqualTo(Json.parse("""
                    {"type": "object",
                     "properties": {
                       "place": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
                         "additionalProperties": false, "description": "where"},
                       "days": {"type": ["integer", "null"], "format": "int32"},
                       "unit": {"type": ["string", "null"]},
                       "lines": {"type": "integer", "format": "int32", "default": 3}},
                     "required": ["place", "lines"],
                     "additionalProperties": false}\
                    """));
    }

    @Test
    void aMethodWithoutParametersTakesAnEmptyObject() {
        assertThat(JsonSchema.ofParameters(method("nothing")).json())
                .isEqualTo(Json.parse("{\"type\": \"object\", \"properties\": {}, \"additionalProperties\": false}"));
    }

    @Test
    void aParameterWithoutANameSaysHowToNameIt() {
        Method method = method("unnamed");
        if (method.getParameters()[0].isNamePresent()) {
            assertThat(JsonSchema.parameterName(method.getParameters()[0])).isEqualTo("text");
        } else {
            assertThatThrownBy(() -> JsonSchema.ofParameters(method))
                    .hasMessage("Tools.unnamed: the names of its parameters were not compiled in; compile with"
                            + " -parameters, or name each with @JsonProperty(\"…\")");
        }
    }

    @Test
    void twoParametersOfOneNameAreRefused() {
        assertThatThrownBy(() -> JsonSchema.ofParameters(method("twins")))
                .hasMessage("Tools.twins: has two parameters called a");
    }

    @Test
    void namesComeFromTheAnnotationFirst() {
        assertThat(List.of(method("weather").getParameters()).subList(0, 2))
                .extracting(JsonSchema::parameterName)
                .containsExactly("place", "days");
    }
}
