import com.shiren.Client;
import com.shiren.check.CheckFunctions;
import com.shiren.check.IdNumberRequest;
import com.shiren.juhe.verifyface.Verify2Request;
import com.shiren.model.Decision;
import com.shiren.testing.Persona;
import com.shiren.testing.Sandbox;
import java.nio.file.Path;

/** The jar alone on the class path: what needs no client, and a call of a sandbox. */
final class Clean {
    public static void main(String[] arguments) {
        if (!CheckFunctions.idNumber(IdNumberRequest.builder().idNumber("110101180001010015").build()).accepted()) {
            throw new AssertionError("a number that is right");
        }
        try (Sandbox sandbox = Sandbox.start(); Client client = sandbox.client()) {
            Persona person = sandbox.persona("passes");
            Verify2Request request = Verify2Request.builder()
                    .realname(person.name()).idcard(person.idNumber()).image(Path.of(arguments[0])).build();
            if (client.juhe().verifyface().verify2(request).verdict().decision() != Decision.PASSED) {
                throw new AssertionError("who passes does not");
            }
            sandbox.assertBilled(1);
            sandbox.assertNeverTwice();
        }
    }
}
