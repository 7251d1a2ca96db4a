package dev.tenon.anthropic;

import dev.tenon.bedrock.AwsCredentials;
import dev.tenon.bedrock.Bedrock;
import dev.tenon.provider.Provider;
import dev.tenon.provider.ProviderException.Kind;
import dev.tenon.testing.ModelServer;
import dev.tenon.testing.contract.ServedProviderContract;

/** Anthropic's Messages through Bedrock's {@code invoke}, in binary messages. */
class InvokeContractTest extends ServedProviderContract {
    @Override
    protected Provider connect(ModelServer server) {
        Bedrock bedrock = Bedrock.connect("us-east-1")
                .baseUrl(server.url("").toString())
                .credentials(AwsCredentials.of("AKIDEXAMPLE", "secret-access-key"))
                .build();
        return Anthropic.connect(bedrock).build().model("us.anthropic.claude-v1:0");
    }

    @Override
    protected Kind told(Kind kind) {
        return kind == Kind.CONTENT_FILTERED ? Kind.INVALID_REQUEST : kind;
    }
}
