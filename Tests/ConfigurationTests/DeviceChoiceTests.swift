import Testing
import UNetConfiguration

@Test(arguments: ["auto", "cpu", "opencl", "opencl:2", "opencl:nvidia", "opencl:Portable Computing"])
func aDeviceIsWrittenAsItIsRead(text: String) { #expect(DeviceChoice(text)?.description == text) }

@Test(arguments: ["", "CPU", "cuda", "opencl:", "opencl2"])
func noOtherWordIsADevice(text: String) { #expect(DeviceChoice(text) == nil) }
