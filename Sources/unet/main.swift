print("unet")
